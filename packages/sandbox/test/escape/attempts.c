/*
 * Attempts to get out of the sandbox, one per name: attempts NAME INSIDE OUTSIDE TARGET PID PORT
 * INSIDE is the workspace (a repository), OUTSIDE a folder that may not be written, TARGET a folder with the sockets of
 * the process PID, which listens on PORT. Exit 0: it worked. Exit 10: it was denied (errno on stdout). Exit 11: it could
 * not be tried. "attempts serve TARGET" is that process; "attempts list" names all. Linux only; no library but libc.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static const char *in, *out, *target, *self;
static pid_t victim;
static int port;

static char paths[16][4096];
static unsigned path_index;
static const char *join(const char *folder, const char *name) {
	char *path = paths[path_index++ % 16];
	snprintf(path, 4096, "%s/%s", folder, name);
	return path;
}
#define IN(name) join(in, name)
#define OUT(name) join(out, name)

static int denied(void) {
	printf("%s\n", strerrorname_np(errno) ? strerrorname_np(errno) : "?");
	return 10;
}
static int cannot(const char *why) {
	printf("cannot be tried: %s (%s)\n", why, strerror(errno));
	return 11;
}
#define OK(condition) ((condition) ? 0 : denied())
/* For calls that must not really succeed: anything but a plain refusal means that the kernel looked at it. */
static int reached(long result) { return result >= 0 || (errno != EPERM && errno != ENOSYS && errno != EACCES) ? 0 : denied(); }

static int write_to(int fd) {
	if (fd < 0) return denied();
	int result = OK(write(fd, "evil\n", 5) == 5);
	close(fd);
	return result;
}
static int put(const char *path) { return write_to(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)); }
static void make(const char *path) { close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644)); }

/* ---- files outside ---- */
static int open_create(void) { return put(OUT("new")); }
static int open_truncate(void) { return OK(open(OUT("precious"), O_RDONLY | O_TRUNC) >= 0); }
static int open_append(void) { return write_to(open(OUT("precious"), O_WRONLY | O_APPEND)); }
static int open_read_write(void) { return OK(open(OUT("precious"), O_RDWR) >= 0); }
static int creat_call(void) { return write_to(creat(OUT("new"), 0644)); }
static int openat_folder(void) { return write_to(openat(open(out, O_RDONLY | O_DIRECTORY), "new", O_WRONLY | O_CREAT, 0644)); }
static int openat_o_path(void) { return write_to(openat(open(out, O_PATH), "new", O_WRONLY | O_CREAT, 0644)); }
static int openat2_call(void) {
	struct { unsigned long long flags, mode, resolve; } how = {O_WRONLY | O_CREAT, 0644, 0};
	return write_to((int)syscall(437, AT_FDCWD, OUT("new"), &how, sizeof how));
}
static int dot_dot(void) {
	char path[4096];
	snprintf(path, sizeof path, "%s/../%s/new", in, strrchr(out, '/') + 1);
	return put(path);
}
static int o_tmpfile_link(void) {
	int fd = open(out, O_TMPFILE | O_WRONLY, 0644);
	char name[64];
	if (fd < 0) return denied();
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	return OK(linkat(AT_FDCWD, name, AT_FDCWD, OUT("new"), AT_SYMLINK_FOLLOW) == 0);
}
static int reopen(int flags) {
	char name[64];
	int fd = open(OUT("precious"), flags);
	if (fd < 0) return cannot("open");
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	return write_to(open(name, O_WRONLY));
}
static int reopen_o_path(void) { return reopen(O_PATH); }
static int reopen_read_only(void) { return reopen(O_RDONLY); }
static int rename_out(void) { make(IN("moving")); return OK(rename(IN("moving"), OUT("moved")) == 0); }
static int rename_over(void) { make(IN("moving")); return OK(rename(IN("moving"), OUT("precious")) == 0); }
static int rename_in(void) { return OK(rename(OUT("precious"), IN("taken")) == 0); }
static int rename_within(void) { return OK(rename(OUT("precious"), OUT("renamed")) == 0); }
static int rename_exchange(void) { make(IN("moving")); return OK(renameat2(AT_FDCWD, IN("moving"), AT_FDCWD, OUT("precious"), 2) == 0); }
static int link_out(void) { make(IN("f")); return OK(link(IN("f"), OUT("linked")) == 0); }
static int link_in(void) { if (link(OUT("precious"), IN("linked"))) return denied(); return put(IN("linked")); }
static int link_o_path(void) {
	char name[64];
	snprintf(name, sizeof name, "/proc/self/fd/%d", open(OUT("precious"), O_PATH));
	if (linkat(AT_FDCWD, name, AT_FDCWD, IN("linked"), AT_SYMLINK_FOLLOW)) return denied();
	return put(IN("linked"));
}
static int symlink_out(void) { return OK(symlink("x", OUT("link")) == 0); }
static int through_symlink(void) { if (symlink(OUT("new"), IN("link"))) return cannot("symlink"); return put(IN("link")); }
static int through_folder_symlink(void) { if (symlink(out, IN("link"))) return cannot("symlink"); return put(IN("link/new")); }
static int mkdir_out(void) { return OK(mkdir(OUT("d"), 0755) == 0); }
static int mkdirat_out(void) { return OK(mkdirat(open(out, O_RDONLY), "d", 0755) == 0); }
static int rmdir_out(void) { return OK(rmdir(OUT("empty")) == 0); }
static int unlink_out(void) { return OK(unlink(OUT("precious")) == 0); }
static int unlinkat_out(void) { return OK(unlinkat(open(out, O_RDONLY), "precious", 0) == 0); }
static int mkfifo_out(void) { return OK(mkfifo(OUT("fifo"), 0644) == 0); }
static int mknod_file(void) { return OK(mknod(OUT("new"), S_IFREG | 0644, 0) == 0); }
static int truncate_out(void) { return OK(truncate(OUT("precious"), 1) == 0); }
static int fallocate_out(void) { int fd = open(OUT("precious"), O_WRONLY); return OK(fd >= 0 && fallocate(fd, 0, 0, 10000) == 0); }
static int mmap_shared(void) {
	int fd = open(OUT("precious"), O_RDWR);
	char *map = mmap(0, 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) { if (fd < 0) errno = EROFS; return denied(); }
	map[0] = 'E';
	return OK(msync(map, 4, MS_SYNC) == 0);
}
static int copy_range(void) {
	int from = open("/etc/passwd", O_RDONLY), to = open(OUT("precious"), O_WRONLY);
	return OK(to >= 0 && copy_file_range(from, 0, to, 0, 10, 0) > 0);
}
/* ---- metadata outside ---- */
static int chmod_out(void) { return OK(chmod(OUT("precious"), 0600) == 0); }
static int fchmod_out(void) { return OK(fchmod(open(OUT("precious"), O_RDONLY), 0600) == 0); }
static int fchmodat_out(void) { return OK(fchmodat(open(out, O_RDONLY), "precious", 0600, 0) == 0); }
static int fchmodat2_o_path(void) { return OK(syscall(452, open(OUT("precious"), O_PATH), "", 0600, AT_EMPTY_PATH) == 0); }
static int chmod_proc_fd(void) {
	char name[64];
	snprintf(name, sizeof name, "/proc/self/fd/%d", open(OUT("precious"), O_PATH));
	return OK(chmod(name, 0600) == 0);
}
static int chown_out(void) { return OK(chown(OUT("precious"), getuid(), getgid()) == 0); }
static int fchown_out(void) { return OK(fchown(open(OUT("precious"), O_RDONLY), getuid(), getgid()) == 0); }
static int lchown_out(void) { return OK(lchown(OUT("precious"), getuid(), getgid()) == 0); }
static int utimensat_out(void) { return OK(utimensat(AT_FDCWD, OUT("precious"), 0, 0) == 0); }
static int futimens_out(void) { return OK(futimens(open(OUT("precious"), O_RDONLY), 0) == 0); }
static int setxattr_out(void) { return OK(setxattr(OUT("precious"), "user.evil", "1", 1, 0) == 0); }
static int fsetxattr_out(void) { return OK(fsetxattr(open(OUT("precious"), O_RDONLY), "user.evil", "1", 1, 0) == 0); }
static int removexattr_out(void) { return OK(removexattr(OUT("precious"), "user.mark") == 0); }
static int chattr_out(void) {
	int fd = open(OUT("precious"), O_RDONLY), flags = 0;
	if (ioctl(fd, _IOR('f', 1, long), &flags)) return cannot("FS_IOC_GETFLAGS");
	flags |= 0x40; /* nodump */
	return OK(ioctl(fd, _IOW('f', 2, long), &flags) == 0);
}
/* ---- /proc, /sys, /dev ---- */
static int proc_self_root(void) { return put(join("/proc/self/root", OUT("new") + 1)); }
static int proc_self_cwd(void) {
	char path[4096];
	if (chdir(out)) return cannot("chdir");
	snprintf(path, sizeof path, "/proc/self/cwd/new");
	return put(path);
}
static int proc_1_root(void) { char p[4096]; snprintf(p, sizeof p, "/proc/1/root%s", OUT("new")); return put(p); }
static int proc_victim(const char *rest) { char p[4096]; snprintf(p, sizeof p, "/proc/%d/%s", victim, rest); return put(p); }
static int proc_victim_root(void) { return proc_victim(join("root", OUT("new") + 1)); }
static int proc_victim_cwd(void) { return proc_victim("cwd/new"); }
static int proc_victim_fd(void) { char p[64]; snprintf(p, sizeof p, "/proc/%d/fd/100", victim); return write_to(open(p, O_WRONLY)); }
static int proc_victim_mem(void) { char p[64]; snprintf(p, sizeof p, "/proc/%d/mem", victim); return OK(open(p, O_RDWR) >= 0); }
static int proc_victim_environ(void) {
	char p[64], text[64];
	snprintf(p, sizeof p, "/proc/%d/environ", victim);
	int fd = open(p, O_RDONLY);
	return OK(fd >= 0 && read(fd, text, sizeof text) > 0);
}
static int proc_victim_maps(void) {
	char p[64], text[64];
	snprintf(p, sizeof p, "/proc/%d/maps", victim);
	int fd = open(p, O_RDONLY);
	return OK(fd >= 0 && read(fd, text, sizeof text) > 0);
}
static int proc_victim_oom(void) { char p[64]; snprintf(p, sizeof p, "/proc/%d/oom_score_adj", victim); int fd = open(p, O_WRONLY); return OK(fd >= 0 && write(fd, "500", 3) == 3); }
static int proc_supervisor(void) {
	/* Whatever process above us can be opened: the helper that waits outside must not be among them. */
	char p[64];
	snprintf(p, sizeof p, "/proc/%d/mem", getppid());
	return OK(open(p, O_RDWR) >= 0);
}
static int proc_sysctl(void) { return OK(open("/proc/sys/kernel/core_pattern", O_WRONLY) >= 0); }
static int proc_sysrq(void) { return OK(open("/proc/sysrq-trigger", O_WRONLY) >= 0); }
static int sys_write(void) { return OK(open("/sys/kernel/mm/transparent_hugepage/enabled", O_WRONLY) >= 0 || open("/sys/power/pm_async", O_WRONLY) >= 0 || open("/sys/kernel/profiling", O_WRONLY) >= 0); }
static int cgroup_mkdir(void) {
	static const char *const roots[] = {"/sys/fs/cgroup/unified", "/sys/fs/cgroup", "/sys/fs/cgroup/pids"};
	for (unsigned i = 0; i < 3; i++) {
		const char *path = join(roots[i], "code-escape");
		if (mkdir(path, 0755) == 0) { rmdir(path); return 0; }
	}
	return denied();
}
static int dev_disk(void) {
	DIR *folder = opendir("/sys/class/block");
	for (struct dirent *each; folder && (each = readdir(folder));)
		if (each->d_name[0] != '.' && open(join("/dev", each->d_name), O_RDONLY) >= 0) return 0;
	return denied();
}
static int dev_kmsg(void) { return OK(open("/dev/kmsg", O_WRONLY) >= 0); }
static int dev_mem(void) { return OK(open("/dev/mem", O_RDONLY) >= 0 || open("/dev/port", O_RDONLY) >= 0); }
static int dev_shm_file(void) { char p[64]; snprintf(p, sizeof p, "/dev/shm/code-escape-%d", victim); return write_to(open(p, O_WRONLY)); }
static int dev_node(void) { if (mknod(IN("disk"), S_IFCHR | 0600, 1 << 8 | 11)) return denied(); return OK(open(IN("disk"), O_RDONLY) >= 0); }
static int dev_node_block(void) { return OK(mknod(IN("disk"), S_IFBLK | 0600, 7 << 8) == 0); }
/* ---- other processes ---- */
static int kill_victim(void) { return OK(kill(victim, 0) == 0); }
static int kill_usr(void) { return OK(kill(victim, SIGUSR1) == 0); }
static int tgkill_victim(void) { return OK(syscall(SYS_tgkill, victim, victim, 0) == 0); }
static int sigqueue_victim(void) { union sigval v = {0}; return OK(sigqueue(victim, 0, v) == 0); }
static int pidfd_signal(void) { int fd = (int)syscall(434, victim, 0); return OK(fd >= 0 && syscall(424, fd, 0, 0, 0) == 0); }
static int pidfd_getfd_call(void) { int fd = (int)syscall(434, victim, 0); if (fd < 0) return denied(); return write_to((int)syscall(438, fd, 100, 0)); }
static int ptrace_victim(void) { return OK(ptrace(PTRACE_SEIZE, victim, 0, 0) == 0 && ptrace(PTRACE_INTERRUPT, victim, 0, 0) == 0 && waitpid(victim, 0, __WALL) > 0 && ptrace(PTRACE_DETACH, victim, 0, 0) == 0); }
static int ptrace_child(void) {
	pid_t child = fork();
	if (child == 0) { pause(); _exit(0); }
	long result = ptrace(PTRACE_SEIZE, child, 0, 0);
	int error = errno;
	kill(child, SIGKILL);
	waitpid(child, 0, __WALL);
	errno = error;
	return OK(result == 0);
}
static int vm_write(void) {
	char bytes[4];
	FILE *maps;
	unsigned long from = 0;
	char p[64];
	snprintf(p, sizeof p, "/proc/%d/maps", victim);
	if ((maps = fopen(p, "r")) && fscanf(maps, "%lx", &from) != 1) from = 0;
	struct iovec local = {bytes, 4}, remote = {(void *)(from ? from : 0x400000), 4};
	return OK(process_vm_readv(victim, &local, 1, &remote, 1, 0) == 4);
}
static int vm_own_child(void) {
	static char word[4] = "abc";
	pid_t child = fork();
	if (child == 0) { pause(); _exit(0); }
	struct iovec local = {"xyz", 4}, remote = {word, 4};
	long result = process_vm_writev(child, &local, 1, &remote, 1, 0);
	int error = errno;
	kill(child, SIGKILL);
	waitpid(child, 0, 0);
	errno = error;
	return OK(result == 4);
}
static int prlimit_victim(void) { struct rlimit old; return OK(prlimit(victim, RLIMIT_CORE, 0, &old) == 0); }
static int nice_victim(void) { return OK(setpriority(PRIO_PROCESS, (id_t)victim, 0) == 0); }
static int affinity_victim(void) { cpu_set_t set; return OK(sched_getaffinity(victim, sizeof set, &set) == 0 && sched_setaffinity(victim, sizeof set, &set) == 0); }
static int kcmp_call(void) { return OK(syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 1) >= 0); }
static int shm_attach(void) {
	int id = shmget(0x5afe0000 + (victim & 0xffff), 0, 0);
	char *at = id < 0 ? (char *)-1 : shmat(id, 0, 0);
	return OK(at != (char *)-1);
}
/* ---- the view ---- */
static int mount_tmpfs(void) { return OK(mount("t", IN("sub"), "tmpfs", 0, 0) == 0); }
static int remount_root(void) { return OK(mount(0, "/", 0, MS_REMOUNT | MS_BIND, 0) == 0); }
static int remount_outside(void) { return OK(mount(out, out, 0, MS_BIND, 0) == 0 && mount(0, out, 0, MS_REMOUNT | MS_BIND, 0) == 0); }
static int bind_mount(void) { return OK(mount(out, IN("sub"), 0, MS_BIND, 0) == 0); }
static int umount_protected(void) { mount(IN(".git"), IN(".git"), 0, MS_BIND, 0); return OK(umount2(IN(".git"), MNT_DETACH) == 0); }
static int setattr_call(void) {
	struct { unsigned long long set, clear, propagation, userns; } attr = {0, 1, 0, 0};
	return OK(syscall(442, AT_FDCWD, "/", 0, &attr, sizeof attr) == 0);
}
static int open_tree_call(void) { return OK(syscall(428, AT_FDCWD, out, 1) >= 0); }
static int move_mount_call(void) { return reached(syscall(429, -1, "", -1, "", 0)); }
static int fsopen_call(void) { return OK(syscall(430, "tmpfs", 0) >= 0); }
static int fspick_call(void) { return OK(syscall(433, AT_FDCWD, "/", 0) >= 0); }
static int pivot_call(void) { return reached(syscall(SYS_pivot_root, IN("sub"), IN("sub"))); }
static int chroot_call(void) { return OK(chroot(in) == 0); }
static int unshare_user(void) { return OK(unshare(CLONE_NEWUSER) == 0); }
static int unshare_mount(void) { return OK(unshare(CLONE_NEWNS) == 0); }
static int clone_user(void) {
	long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) _exit(0);
	return OK(pid > 0);
}
static int clone3_user(void) {
	struct { unsigned long long flags, pidfd, ctid, ptid, signal, stack, size, tls; } args = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD, 0, 0, 0};
	long pid = syscall(435, &args, sizeof args);
	if (pid == 0) _exit(0);
	return OK(pid > 0);
}
static int setns_call(void) { char p[64]; snprintf(p, sizeof p, "/proc/%d/ns/net", victim); int fd = open(p, O_RDONLY); return OK(fd >= 0 && setns(fd, 0) == 0); }
static int setns_self(void) { int fd = open("/proc/self/ns/user", O_RDONLY); return fd < 0 ? denied() : reached(setns(fd, CLONE_NEWUSER)); }
static int open_by_handle(void) {
	union { struct file_handle h; char bytes[128]; } u;
	int mount_id;
	u.h.handle_bytes = 100;
	if (name_to_handle_at(AT_FDCWD, OUT("precious"), &u.h, &mount_id, 0)) return cannot("name_to_handle_at");
	return OK(open_by_handle_at(open(out, O_RDONLY), &u.h, O_WRONLY) >= 0);
}
/* ---- kernel surface ---- */
static int userfaultfd_call(void) { return OK(syscall(SYS_userfaultfd, 1) >= 0); }
static int bpf_call(void) {
	struct { unsigned type, key, value, entries, flags; char rest[100]; } attr = {2, 4, 4, 1, 0, {0}};
	return OK(syscall(SYS_bpf, 0, &attr, sizeof attr) >= 0);
}
static int io_uring_call(void) { char params[120] = {0}; return OK(syscall(425, 2, params) >= 0); }
static int io_uring_register_call(void) { return reached(syscall(427, -1, 0, 0, 0)); }
static int perf_call(void) {
	struct { unsigned type, size; char rest[120]; } attr = {1, 128, {0}};
	attr.rest[32] = 0x60; /* exclude kernel and hypervisor */
	return OK(syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0) >= 0);
}
static int keyctl_call(void) { return OK(syscall(SYS_keyctl, 0, -3, 1) >= 0); }
static int add_key_call(void) { return OK(syscall(SYS_add_key, "user", "evil", "x", 1, -2) >= 0); }
static int request_key_call(void) { return reached(syscall(SYS_request_key, "user", "none", 0, -2)); }
static int fanotify_call(void) { return OK(syscall(SYS_fanotify_init, 0, 0) >= 0); }
static int module_call(void) { return reached(syscall(SYS_init_module, 0, 0, "")); }
static int finit_module_call(void) { return reached(syscall(SYS_finit_module, -1, "", 0)); }
static int delete_module_call(void) { return reached(syscall(SYS_delete_module, "code_escape_none", O_NONBLOCK)); }
static int kexec_call(void) { return reached(syscall(SYS_kexec_load, 0, 1UL << 40, 0, 0xff)); }
static int reboot_call(void) { return reached(syscall(SYS_reboot, 0, 0, 0, 0)); }
static int acct_call(void) { return reached(syscall(SYS_acct, "/nonexistent/x")); }
static int swapon_call(void) { return reached(swapon("/nonexistent", 0)); }
static int syslog_call(void) { return OK(syscall(SYS_syslog, 10, 0, 0) >= 0); }
static int clock_call(void) { struct timespec t = {-1, -1}; return reached(syscall(SYS_clock_settime, CLOCK_REALTIME, &t)); }
static int hostname_call(void) { return reached(syscall(SYS_sethostname, "x", -1)); }
static int quotactl_call(void) { return reached(syscall(SYS_quotactl, 0x800001 << 8, "/dev/none", 0, 0)); }
static int capability_held(void) {
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];
	errno = EPERM;
	return OK(syscall(SYS_capget, &header, data) == 0 && (data[0].effective & (1u << CAP_SYS_ADMIN | 1u << CAP_NET_ADMIN | 1u << CAP_SYS_PTRACE)));
}
static int nnp_absent(void) { errno = EPERM; return OK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0); }
#if defined(__x86_64__)
static int int80(void) {
	/* getpid of the 32-bit table */
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
	return result > 0 ? 0 : (errno = ENOSYS, denied());
}
static int x32_socket(void) { return OK(syscall(0x40000000 + 41, AF_INET, SOCK_STREAM, 0) >= 0); }
#endif
static int tioc(unsigned long request, void *argument, int reach) {
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) || unlockpt(master)) return cannot("pty");
	setsid();
	int slave = open(ptsname(master), O_RDWR);
	if (slave < 0) return cannot("slave");
	ioctl(slave, TIOCSCTTY, 0);
	int result = ioctl(slave, request, argument);
	return reach ? reached(result) : OK(result == 0);
}
static int tiocsti(void) { return tioc(TIOCSTI, "x", 0); }
static int tiocsti_high_bits(void) {
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) || unlockpt(master)) return cannot("pty");
	setsid();
	int slave = open(ptsname(master), O_RDWR);
	ioctl(slave, TIOCSCTTY, 0);
	return OK(syscall(SYS_ioctl, slave, (1UL << 32) | TIOCSTI, "x") == 0);
}
static int tioclinux(void) { char code = 6; return tioc(0x541c, &code, 1); }
static int tiocsetd(void) { int n = 0; return tioc(0x5423, &n, 0); }
/* ---- privileges ---- */
static int run(const char *file, const char *name, const char *arg) {
	pid_t child = fork();
	int status = 0;
	if (child == 0) {
		char pid[16], number[16];
		snprintf(pid, sizeof pid, "%d", victim);
		snprintf(number, sizeof number, "%d", port);
		execl(file, file, name, in, arg ? arg : out, target, pid, number, (char *)0);
		_exit(errno == ENOENT ? 12 : 13);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 10;
}
static int raised(void) { return geteuid() == getuid() ? (errno = EPERM, denied()) : open_create(); }
static int setuid_program(void) { return run(join(target, "setuid"), "raised", join(target, "root-only")); }
static int make_setuid(void) { make(IN("s")); return OK(chmod(IN("s"), 04755) == 0); }
static int make_setuid_open(void) { umask(0); int fd = open(IN("s"), O_CREAT | O_WRONLY, 04755); struct stat s; errno = EPERM; return OK(fd >= 0 && fstat(fd, &s) == 0 && (s.st_mode & 04000)); }
static int make_setuid_fchmodat2(void) { make(IN("s")); return OK(syscall(452, AT_FDCWD, IN("s"), 04755, 0) == 0); }
static int memfd_exec(void) {
	int fd = memfd_create("x", 0), from = open(self, O_RDONLY);
	char buffer[65536];
	for (long count; (count = read(from, buffer, sizeof buffer)) > 0;) if (write(fd, buffer, (size_t)count) != count) return cannot("memfd");
	char name[64];
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	return run(name, "open_create", 0);
}
/* ---- sockets ---- */
static int tcp_to(int family, int type, int protocol) {
	int fd = socket(family, type, protocol);
	if (fd < 0) return denied();
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	const struct sockaddr *to = family == AF_INET ? (void *)&four : (void *)&six;
	socklen_t size = family == AF_INET ? sizeof four : sizeof six;
	if ((type & 15) == SOCK_DGRAM) return OK(sendto(fd, "x", 1, 0, to, size) == 1);
	return OK(connect(fd, to, size) == 0);
}
static int tcp4(void) { return tcp_to(AF_INET, SOCK_STREAM, 0); }
static int tcp6(void) { return tcp_to(AF_INET6, SOCK_STREAM, 0); }
static int tcp_nonblocking(void) { int r = tcp_to(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); return r == 10 && errno == EINPROGRESS ? 0 : r; }
static int tcp_fast_open(void) {
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	return OK(fd >= 0 && sendto(fd, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, (void *)&to, sizeof to) == 1);
}
static int mptcp(void) { return tcp_to(AF_INET, SOCK_STREAM, 262); }
static int udp4(void) { return tcp_to(AF_INET, SOCK_DGRAM, 0); }
static int udp6(void) { return tcp_to(AF_INET6, SOCK_DGRAM, 0); }
static int dns_query(void) {
	static const unsigned char query[] = "\0\1\1\0\0\1\0\0\0\0\0\0\4leak\4test\0\0\1\0\1";
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char answer[16];
	struct timeval wait = {2, 0};
	if (fd < 0) return denied();
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	return OK(sendto(fd, query, sizeof query - 1, 0, (void *)&to, sizeof to) > 0 && recv(fd, answer, sizeof answer, 0) > 0);
}
static int tcp_listen(void) {
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return OK(fd >= 0 && bind(fd, (void *)&at, sizeof at) == 0 && listen(fd, 1) == 0);
}
static int raw_socket(void) { return OK(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0); }
static int packet_socket(void) { return OK(socket(AF_PACKET, SOCK_RAW, 0) >= 0); }
static int netlink_route(void) { return OK(socket(AF_NETLINK, SOCK_RAW, 0) >= 0); }
static int netlink_audit(void) { return OK(socket(AF_NETLINK, SOCK_RAW, 15 /* KOBJECT_UEVENT */) >= 0); }
static int vsock_socket(void) { return reached(socket(AF_VSOCK, SOCK_STREAM, 0)); }
static int alg_socket(void) { return reached(socket(AF_ALG, SOCK_SEQPACKET, 0)); }
static socklen_t unix_address(struct sockaddr_un *address, const char *name, int abstract) {
	memset(address, 0, sizeof *address);
	address->sun_family = AF_UNIX;
	if (!abstract) { strncpy(address->sun_path, join(target, name), sizeof address->sun_path - 1); return sizeof *address; }
	int count = snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "code-escape-%d", victim);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)count);
}
static int unix_connect(int abstract) {
	struct sockaddr_un to;
	socklen_t size = unix_address(&to, "stream", abstract);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	return OK(fd >= 0 && connect(fd, (void *)&to, size) == 0);
}
static int unix_path(void) { return unix_connect(0); }
static int unix_abstract(void) { return unix_connect(1); }
static int unix_datagram(void) {
	struct sockaddr_un to;
	socklen_t size = unix_address(&to, "datagram", 0);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	return OK(fd >= 0 && sendto(fd, "x", 1, 0, (void *)&to, size) == 1);
}
static int pair_datagram(void) {
	struct sockaddr_un to;
	socklen_t size = unix_address(&to, "datagram", 0);
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair)) return denied();
	return OK(sendto(pair[0], "x", 1, 0, (void *)&to, size) == 1);
}
static int pair_raw(void) {
	struct sockaddr_un to;
	socklen_t size = unix_address(&to, "datagram", 0);
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_RAW, 0, pair)) return denied();
	return OK(sendto(pair[0], "x", 1, 0, (void *)&to, size) == 1);
}
static int unix_bind(void) {
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	snprintf(at.sun_path, sizeof at.sun_path, "%s", OUT("socket"));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	return OK(fd >= 0 && bind(fd, (void *)&at, sizeof at) == 0);
}
static int pair_bind(void) {
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int pair[2];
	snprintf(at.sun_path, sizeof at.sun_path, "%s", IN("socket"));
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) return denied();
	return OK(bind(pair[0], (void *)&at, sizeof at) == 0);
}
static int fd_passing(void) {
	struct sockaddr_un to;
	socklen_t size = unix_address(&to, "stream", 0);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), got = -1;
	if (fd < 0 || connect(fd, (void *)&to, size)) return denied();
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec io = {&byte, 1};
	struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	if (recvmsg(fd, &message, 0) != 1 || !CMSG_FIRSTHDR(&message)) return denied();
	memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof got);
	return write_to(got);
}
/* ---- children ---- */
static int from_child(int detach) {
	int pipes[2];
	if (pipe(pipes)) return cannot("pipe");
	if (fork() == 0) {
		if (detach) { setsid(); if (fork() > 0) _exit(0); }
		char result = (char)open_create();
		if (write(pipes[1], &result, 1) != 1) _exit(1);
		_exit(0);
	}
	char result = 10;
	if (read(pipes[0], &result, 1) != 1) return cannot("read");
	return result;
}
static int child_write(void) { return from_child(0); }
static int daemon_write(void) { return from_child(1); }
static int thread_result;
static void *thread_body(void *unused) { (void)unused; thread_result = open_create(); return 0; }
static int thread_write(void) { pthread_t t; pthread_create(&t, 0, thread_body, 0); pthread_join(t, 0); return thread_result; }
static int exec_shell(void) { char command[4096]; snprintf(command, sizeof command, "echo evil > '%s' 2>/dev/null", OUT("new")); return system(command) == 0 ? 0 : (errno = EROFS, denied()); }
/* Stays after the command: exits 0 at once, and a daemon makes INSIDE/alive later. Who calls looks for it. */
static int outlive(void) {
	fflush(stdout);
	if (fork() == 0) {
		setsid();
		if (fork() > 0) _exit(0);
		for (int fd = 0; fd < 3; fd++) close(fd);
		signal(SIGHUP, SIG_IGN);
		usleep(400000);
		make(IN("alive"));
		_exit(0);
	}
	usleep(20000);
	return 0;
}
static int kill_init(void) {
	if (getenv("CODE_ESCAPE_CONTROL")) return open_create();
	kill(1, SIGKILL); kill(getppid(), SIGKILL);
	usleep(20000);
	return open_create();
}
static int kill_all(void) {
	/* Every process we can see but ourselves; only inside. */
	if (getenv("CODE_ESCAPE_CONTROL")) return open_create();
	kill(-1, SIGKILL);
	return open_create();
}
static int limit_processes(void) { struct rlimit none = {0, 0}; setrlimit(RLIMIT_CORE, &none); setrlimit(RLIMIT_FSIZE, &none); signal(SIGXFSZ, SIG_IGN); return chmod_out(); }
/* ---- protected names ---- */
static int git_config(void) { return put(IN(".git/config")); }
static int git_config_append(void) { return write_to(open(IN(".git/config"), O_WRONLY | O_APPEND)); }
static int git_config_rename(void) { put(IN("evil")); return OK(rename(IN("evil"), IN(".git/config")) == 0); }
static int git_config_lock(void) { if (put(IN(".git/config.lock"))) return cannot("lock"); return OK(rename(IN(".git/config.lock"), IN(".git/config")) == 0); }
static int git_config_unlink(void) { return OK(unlink(IN(".git/config")) == 0); }
static int git_config_link(void) { if (link(IN(".git/config"), IN("linked"))) return denied(); return put(IN("linked")); }
static int git_config_chmod(void) { return OK(chmod(IN(".git/config"), 0666) == 0); }
static int git_config_truncate(void) { return OK(truncate(IN(".git/config"), 0) == 0); }
static int git_config_exchange(void) { put(IN("evil")); return OK(renameat2(AT_FDCWD, IN("evil"), AT_FDCWD, IN(".git/config"), 2) == 0); }
static int git_config_o_path(void) { char p[64]; snprintf(p, sizeof p, "/proc/self/fd/%d", open(IN(".git/config"), O_PATH)); return put(p); }
static int git_config_symlink(void) { if (symlink(".git/config", IN("l"))) return cannot("symlink"); return put(IN("l")); }
static int git_config_dirfd(void) { return write_to(openat(open(IN(".git"), O_PATH), "config", O_WRONLY)); }
static int git_config_cwd(void) { if (chdir(IN(".git"))) return cannot("chdir"); return put("./config"); }
static int git_worktree_config(void) { return put(IN(".git/config.worktree")); }
static int git_common_dir(void) { return put(IN(".git/commondir")); }
static int git_common_rename(void) { put(IN("evil")); return OK(rename(IN("evil"), IN(".git/commondir")) == 0); }
static int git_hook_new(void) { return put(IN(".git/hooks/post-checkout")); }
static int git_hook_change(void) { return write_to(open(IN(".git/hooks/pre-commit"), O_WRONLY)); }
static int git_hook_chmod(void) { return OK(chmod(IN(".git/hooks/pre-commit"), 0777) == 0); }
static int git_hook_link(void) { put(IN("evil")); return OK(link(IN("evil"), IN(".git/hooks/post-merge")) == 0); }
static int git_hook_symlink(void) { return OK(symlink("/bin/true", IN(".git/hooks/post-merge")) == 0); }
static int git_hook_tmpfile(void) {
	char p[64];
	int fd = open(in, O_TMPFILE | O_WRONLY, 0755);
	if (fd < 0) return cannot("O_TMPFILE");
	snprintf(p, sizeof p, "/proc/self/fd/%d", fd);
	return OK(linkat(AT_FDCWD, p, AT_FDCWD, IN(".git/hooks/post-merge"), AT_SYMLINK_FOLLOW) == 0);
}
static int git_hooks_rename(void) { return OK(rename(IN(".git/hooks"), IN(".git/hooks2")) == 0); }
static int git_hooks_replace(void) { mkdir(IN("h"), 0755); return OK(renameat2(AT_FDCWD, IN("h"), AT_FDCWD, IN(".git/hooks"), 2) == 0); }
static int git_rename(void) { return OK(rename(IN(".git"), IN("git2")) == 0); }
static int git_exchange(void) { mkdir(IN("h"), 0755); return OK(renameat2(AT_FDCWD, IN("h"), AT_FDCWD, IN(".git"), 2) == 0); }
static int git_info_rename(void) { return OK(rename(IN(".git/info"), IN(".git/i2")) == 0); }
static int git_attributes(void) { return put(IN(".git/info/attributes")); }
static int module_config(void) { return put(IN(".git/modules/sub/config")); }
static int module_hook(void) { return put(IN(".git/modules/sub/hooks/post-checkout")); }
static int module_rename(void) { return OK(rename(IN(".git/modules/sub"), IN(".git/modules/sub2")) == 0); }
static int modules_rename(void) { return OK(rename(IN(".git/modules"), IN(".git/m2")) == 0); }
static int module_new(void) { return OK(mkdir(IN(".git/modules/other"), 0755) == 0); }
static int worktree_common(void) { return put(IN(".git/worktrees/wt/commondir")); }
static int worktree_gitdir(void) { return put(IN(".git/worktrees/wt/gitdir")); }
static int worktree_rename(void) { return OK(rename(IN(".git/worktrees/wt"), IN(".git/worktrees/w2")) == 0); }
static int hooks_path(void) { return put(IN("team-hooks/pre-push")); }
static int included_config(void) { return put(IN("included.gitconfig")); }
static int code_create(void) { mkdir(IN(".code"), 0755); return put(IN(".code/config.toml")); }
static int code_file(void) { rmdir(IN(".code")); return put(IN(".code")); }
static int code_remove(void) { if (getenv("CODE_ESCAPE_CONTROL")) mkdir(IN(".code"), 0755); return OK(rmdir(IN(".code")) == 0); }
static int code_rename_over(void) { mkdir(IN("c"), 0755); put(IN("c/config.toml")); return OK(rename(IN("c"), IN(".code")) == 0); }
static int code_exchange(void) { if (getenv("CODE_ESCAPE_CONTROL")) mkdir(IN(".code"), 0755); mkdir(IN("c"), 0755); return OK(renameat2(AT_FDCWD, IN("c"), AT_FDCWD, IN(".code"), 2) == 0); }
static int code_symlink(void) { rmdir(IN(".code")); return OK(symlink("sub", IN(".code")) == 0); }
static int code_chmod(void) { if (getenv("CODE_ESCAPE_CONTROL")) mkdir(IN(".code"), 0755); return OK(chmod(IN(".code"), 0777) == 0); }
static int agents_create(void) { mkdir(IN(".agents"), 0755); return put(IN(".agents/x")); }
static int codex_unlink(void) { return OK(unlink(IN(".codex")) == 0); }
static int codex_rename(void) { return OK(rename(IN(".codex"), IN("x")) == 0); }
static int codex_through(void) { return put(IN(".codex/config.toml")); }
static int codex_target(void) { return put(IN("real-codex/config.toml")); }
static int codex_target_rename(void) { return OK(rename(IN("real-codex"), IN("r2")) == 0); }
static int vscode_write(void) { return put(IN(".vscode/settings.json")); }
static int idea_create(void) { mkdir(IN(".idea"), 0755); return put(IN(".idea/workspace.xml")); }
static int variant_write(void) { return put(IN(".CodeX/config.toml")); }
static int extra_write(void) { return put(IN("a/b/own.toml")); }
static int extra_parent(void) { if (rename(IN("a"), IN("c"))) return denied(); mkdir(IN("a"), 0755); mkdir(IN("a/b"), 0755); return put(IN("a/b/own.toml")); }
static int extra_parent_inner(void) { if (rename(IN("a/b"), IN("a/c"))) return denied(); mkdir(IN("a/b"), 0755); return put(IN("a/b/own.toml")); }
static int extra_missing(void) { mkdir(IN("a/later"), 0755); return put(IN("a/later/config")); }
static int root_rename(void) { char moved[4096]; snprintf(moved, sizeof moved, "%s-moved", in); return OK(rename(in, moved) == 0); }
static int hidden_read(const char *path) {
	char text[8];
	int fd = open(path, O_RDONLY);
	if (fd < 0) return denied();
	errno = ENODATA;
	return OK(read(fd, text, sizeof text) > 0);
}
static int secret_read(void) { return hidden_read(IN("secret.env")); }
static int secret_link(void) { if (link(IN("secret.env"), IN("copy"))) return denied(); return hidden_read(IN("copy")); }
static int secret_symlink(void) { if (symlink("secret.env", IN("copy"))) return cannot("symlink"); return hidden_read(IN("copy")); }
static int secret_rename(void) { if (rename(IN("secret.env"), IN("copy"))) return denied(); return hidden_read(IN("copy")); }
static int secret_parent(void) { if (rename(IN("deep"), IN("deep2"))) return denied(); return hidden_read(IN("deep2/more/secret.env")); }
static int secret_proc(void) { char p[4096]; snprintf(p, sizeof p, "/proc/self/root%s", IN("secret.env")); return hidden_read(p); }
static int secret_folder(void) { return hidden_read(IN("keys/id")); }
static int secret_behind_link(void) { return hidden_read(OUT("linked-secret")); }
/* ---- races ---- */
static volatile int racing = 1;
static const char *bait;
static void *swapper(void *unused) {
	(void)unused;
	while (racing) {
		symlink(bait, IN("swap-link.new"));
		rename(IN("swap-link.new"), IN("swap"));
		symlink("sub", IN("swap-folder.new"));
		rename(IN("swap-folder.new"), IN("swap"));
	}
	return 0;
}
static int race(const char *name, const char *folder) {
	static char goal[4096];
	snprintf(goal, sizeof goal, "%s", folder);
	bait = goal;
	const char *rounds = getenv("CODE_ESCAPE_ROUNDS");
	int count = rounds ? atoi(rounds) : 500, escaped = 0;
	pthread_t thread;
	pthread_create(&thread, 0, swapper, 0);
	for (int i = 0; i < count; i++) {
		char path[4096], reached_path[4096];
		snprintf(path, sizeof path, "%s/swap/%s-%d", in, name, i);
		snprintf(reached_path, sizeof reached_path, "%s/%s-%d", goal, name, i);
		int fd = open(path, O_WRONLY | O_CREAT, 0644);
		if (fd >= 0) close(fd);
		if (access(reached_path, F_OK) == 0) escaped++;
	}
	racing = 0;
	pthread_join(thread, 0);
	printf("%d of %d\n", escaped, count);
	return escaped > 0 ? 0 : 10;
}
static int race_open(void) { return race("race", out); }
static int race_hooks(void) { return race("race", IN(".git/hooks")); }

struct attempt {
	const char *family, *name, *what;
	int (*go)(void);
};
#define T(family, name, what) {#family, #name, what, name}
static const struct attempt attempts[] = {
	T(files, open_create, "open(O_CREAT) a new file outside"),
	T(files, open_truncate, "open(O_TRUNC) a file outside for reading"),
	T(files, open_append, "open(O_APPEND) a file outside and write"),
	T(files, open_read_write, "open(O_RDWR) a file outside"),
	T(files, creat_call, "creat a file outside"),
	T(files, openat_folder, "openat from a folder outside opened for reading"),
	T(files, openat_o_path, "openat from a folder outside opened with O_PATH"),
	T(files, openat2_call, "openat2 a new file outside"),
	T(files, dot_dot, "a new file outside by `..`"),
	T(files, o_tmpfile_link, "O_TMPFILE outside, then linkat"),
	T(files, reopen_o_path, "reopen an O_PATH descriptor of a file outside through /proc/self/fd"),
	T(files, reopen_read_only, "reopen a read-only descriptor of a file outside for writing"),
	T(files, rename_out, "rename a file of the workspace to a new name outside"),
	T(files, rename_over, "rename a file of the workspace over a file outside"),
	T(files, rename_in, "rename a file outside into the workspace"),
	T(files, rename_within, "rename a file outside to another name outside"),
	T(files, rename_exchange, "exchange a file of the workspace with one outside"),
	T(files, link_out, "hard-link a file of the workspace to a name outside"),
	T(files, link_in, "hard-link a file outside into the workspace and write it"),
	T(files, link_o_path, "hard-link a file outside by its descriptor and write it"),
	T(files, symlink_out, "make a symbolic link outside"),
	T(files, through_symlink, "write through a symbolic link of the workspace to a new file outside"),
	T(files, through_folder_symlink, "write through a symbolic link to a folder outside"),
	T(files, mkdir_out, "mkdir outside"),
	T(files, mkdirat_out, "mkdirat from a folder outside"),
	T(files, rmdir_out, "rmdir outside"),
	T(files, unlink_out, "unlink outside"),
	T(files, unlinkat_out, "unlinkat from a folder outside"),
	T(files, mkfifo_out, "make a named pipe outside"),
	T(files, mknod_file, "mknod a regular file outside"),
	T(files, truncate_out, "truncate a file outside"),
	T(files, fallocate_out, "fallocate a file outside"),
	T(files, mmap_shared, "change a file outside through a shared mapping"),
	T(files, copy_range, "copy_file_range into a file outside"),
	T(files, race_open, "create files through a name that a thread swaps between a folder and a link outside"),
	T(files, race_hooks, "the same with a link to .git/hooks"),
	T(metadata, chmod_out, "chmod a file outside"),
	T(metadata, fchmod_out, "fchmod a file outside"),
	T(metadata, fchmodat_out, "fchmodat a file outside"),
	T(metadata, fchmodat2_o_path, "fchmodat2 on an O_PATH descriptor"),
	T(metadata, chmod_proc_fd, "chmod through /proc/self/fd"),
	T(metadata, chown_out, "chown a file outside"),
	T(metadata, fchown_out, "fchown a file outside"),
	T(metadata, lchown_out, "lchown a file outside"),
	T(metadata, utimensat_out, "utimensat a file outside"),
	T(metadata, futimens_out, "futimens a file outside"),
	T(metadata, setxattr_out, "setxattr on a file outside"),
	T(metadata, fsetxattr_out, "fsetxattr on a file outside"),
	T(metadata, removexattr_out, "removexattr on a file outside"),
	T(metadata, chattr_out, "set inode flags of a file outside"),
	T(metadata, limit_processes, "chmod outside with file size limited to 0"),
	T(proc, proc_self_root, "write outside through /proc/self/root"),
	T(proc, proc_self_cwd, "write outside through /proc/self/cwd"),
	T(proc, proc_1_root, "write outside through /proc/1/root"),
	T(proc, proc_victim_root, "write outside through /proc/PID/root of a process outside"),
	T(proc, proc_victim_cwd, "write outside through /proc/PID/cwd of a process outside"),
	T(proc, proc_victim_fd, "write through /proc/PID/fd of a process outside"),
	T(proc, proc_victim_mem, "open /proc/PID/mem of a process outside"),
	T(proc, proc_victim_environ, "read the environment of a process outside"),
	T(proc, proc_victim_maps, "read the memory map of a process outside"),
	T(proc, proc_victim_oom, "change oom_score_adj of a process outside"),
	T(proc, proc_supervisor, "open /proc/PPID/mem"),
	T(proc, proc_sysctl, "open kernel.core_pattern for writing"),
	T(proc, proc_sysrq, "open /proc/sysrq-trigger for writing"),
	T(proc, sys_write, "open a file of /sys for writing"),
	T(proc, cgroup_mkdir, "make a cgroup"),
	T(devices, dev_disk, "read a disk"),
	T(devices, dev_kmsg, "open /dev/kmsg for writing"),
	T(devices, dev_mem, "open /dev/mem or /dev/port"),
	T(devices, dev_shm_file, "write shared memory of a process outside"),
	T(devices, dev_node, "make a character device and open it"),
	T(devices, dev_node_block, "make a block device"),
	T(processes, kill_victim, "kill(PID, 0) a process outside"),
	T(processes, kill_usr, "send SIGUSR1 to a process outside"),
	T(processes, tgkill_victim, "tgkill a process outside"),
	T(processes, sigqueue_victim, "sigqueue a process outside"),
	T(processes, pidfd_signal, "pidfd_send_signal to a process outside"),
	T(processes, pidfd_getfd_call, "take a descriptor from a process outside"),
	T(processes, ptrace_victim, "trace a process outside"),
	T(processes, ptrace_child, "trace a child of one's own"),
	T(processes, vm_write, "read the memory of a process outside"),
	T(processes, vm_own_child, "write the memory of a child of one's own"),
	T(processes, prlimit_victim, "read limits of a process outside"),
	T(processes, nice_victim, "change the priority of a process outside"),
	T(processes, affinity_victim, "change the processors of a process outside"),
	T(processes, kcmp_call, "kcmp"),
	T(processes, shm_attach, "attach System V memory of a process outside"),
	T(processes, child_write, "write outside from a child"),
	T(processes, daemon_write, "write outside from a daemon (setsid, double fork)"),
	T(processes, thread_write, "write outside from a thread"),
	T(processes, exec_shell, "write outside from a shell"),
	T(processes, outlive, "leave a daemon that writes after the command ended"),
	T(processes, kill_init, "kill process 1 and the parent, then write outside"),
	T(processes, kill_all, "kill every visible process, then write outside"),
	T(view, mount_tmpfs, "mount a tmpfs in the workspace"),
	T(view, remount_root, "remount / writable"),
	T(view, remount_outside, "bind a folder outside onto itself and remount it writable"),
	T(view, bind_mount, "bind a folder outside into the workspace"),
	T(view, umount_protected, "unmount what protects .git"),
	T(view, setattr_call, "mount_setattr / writable"),
	T(view, open_tree_call, "open_tree(OPEN_TREE_CLONE) of a folder outside"),
	T(view, move_mount_call, "move_mount"),
	T(view, fsopen_call, "fsopen a tmpfs"),
	T(view, fspick_call, "fspick /"),
	T(view, pivot_call, "pivot_root"),
	T(view, chroot_call, "chroot"),
	T(view, unshare_user, "unshare(CLONE_NEWUSER)"),
	T(view, unshare_mount, "unshare(CLONE_NEWNS)"),
	T(view, clone_user, "clone(CLONE_NEWUSER)"),
	T(view, clone3_user, "clone3(CLONE_NEWUSER)"),
	T(view, setns_call, "setns into a process outside"),
	T(view, setns_self, "setns into one's own user namespace"),
	T(view, open_by_handle, "open_by_handle_at a file outside for writing"),
	T(kernel, userfaultfd_call, "userfaultfd"),
	T(kernel, bpf_call, "bpf: make a map"),
	T(kernel, io_uring_call, "io_uring_setup"),
	T(kernel, io_uring_register_call, "io_uring_register"),
	T(kernel, perf_call, "perf_event_open"),
	T(kernel, keyctl_call, "keyctl"),
	T(kernel, add_key_call, "add_key"),
	T(kernel, request_key_call, "request_key"),
	T(kernel, fanotify_call, "fanotify_init"),
	T(kernel, module_call, "init_module"),
	T(kernel, finit_module_call, "finit_module"),
	T(kernel, delete_module_call, "delete_module"),
	T(kernel, kexec_call, "kexec_load"),
	T(kernel, reboot_call, "reboot"),
	T(kernel, acct_call, "acct"),
	T(kernel, swapon_call, "swapon"),
	T(kernel, syslog_call, "syslog"),
	T(kernel, clock_call, "clock_settime"),
	T(kernel, hostname_call, "sethostname"),
	T(kernel, quotactl_call, "quotactl"),
#if defined(__x86_64__)
	T(kernel, int80, "a system call of the 32-bit table (int 0x80)"),
	T(kernel, x32_socket, "socket by its x32 number"),
#endif
	T(kernel, tiocsti, "type into the terminal (TIOCSTI)"),
	T(kernel, tiocsti_high_bits, "TIOCSTI with high bits set in the request"),
	T(kernel, tioclinux, "TIOCLINUX"),
	T(kernel, tiocsetd, "change the line discipline (TIOCSETD)"),
	T(privileges, capability_held, "hold CAP_SYS_ADMIN, CAP_NET_ADMIN or CAP_SYS_PTRACE"),
	T(privileges, nnp_absent, "run without no_new_privs"),
	T(privileges, setuid_program, "run a set-user-ID program of root that writes outside"),
	T(privileges, make_setuid, "chmod a file of the workspace to 4755"),
	T(privileges, make_setuid_open, "create a file with mode 4755"),
	T(privileges, make_setuid_fchmodat2, "fchmodat2 a file of the workspace to 4755"),
	T(privileges, memfd_exec, "execute a program from a memfd that writes outside"),
	T(network, tcp4, "TCP to 127.0.0.1"),
	T(network, tcp6, "TCP to ::1"),
	T(network, tcp_nonblocking, "TCP with SOCK_NONBLOCK and SOCK_CLOEXEC in the type"),
	T(network, tcp_fast_open, "TCP by sendto(MSG_FASTOPEN)"),
	T(network, mptcp, "MPTCP to 127.0.0.1"),
	T(network, udp4, "UDP to 127.0.0.1"),
	T(network, udp6, "UDP to ::1"),
	T(network, dns_query, "ask a DNS server by UDP and read its answer"),
	T(network, tcp_listen, "listen on a TCP port"),
	T(network, raw_socket, "raw socket"),
	T(network, packet_socket, "packet socket"),
	T(network, netlink_route, "netlink route socket"),
	T(network, netlink_audit, "netlink uevent socket"),
	T(network, vsock_socket, "vsock socket"),
	T(network, alg_socket, "AF_ALG socket"),
	T(network, unix_path, "connect to a socket file of a process outside"),
	T(network, unix_abstract, "connect to an abstract socket of a process outside"),
	T(network, unix_datagram, "send a datagram to a socket file of a process outside"),
	T(network, pair_datagram, "send a datagram outside from one end of a datagram pair"),
	T(network, pair_raw, "the same from a SOCK_RAW pair, which is one of datagrams"),
	T(network, unix_bind, "bind a socket file outside"),
	T(network, pair_bind, "bind one end of a stream pair to a name in the workspace"),
	T(network, fd_passing, "be handed a writable descriptor by a process outside"),
	T(git, git_config, "write .git/config"),
	T(git, git_config_append, "append to .git/config"),
	T(git, git_config_rename, "rename a file over .git/config"),
	T(git, git_config_lock, "write .git/config.lock and rename it over .git/config"),
	T(git, git_config_unlink, "unlink .git/config"),
	T(git, git_config_link, "hard-link .git/config and write the link"),
	T(git, git_config_chmod, "chmod .git/config"),
	T(git, git_config_truncate, "truncate .git/config"),
	T(git, git_config_exchange, "exchange a file with .git/config"),
	T(git, git_config_o_path, "reopen an O_PATH descriptor of .git/config"),
	T(git, git_config_symlink, "write .git/config through a symbolic link"),
	T(git, git_config_dirfd, "openat from .git opened with O_PATH"),
	T(git, git_config_cwd, "write ./config with .git as working directory"),
	T(git, git_worktree_config, "create .git/config.worktree"),
	T(git, git_common_dir, "create .git/commondir, which moves the configuration elsewhere"),
	T(git, git_common_rename, "rename a file to .git/commondir"),
	T(git, git_hook_new, "create a hook"),
	T(git, git_hook_change, "change a hook"),
	T(git, git_hook_chmod, "chmod a hook"),
	T(git, git_hook_link, "hard-link a file of the workspace as a hook"),
	T(git, git_hook_symlink, "make a symbolic link as a hook"),
	T(git, git_hook_tmpfile, "O_TMPFILE in the workspace, then linkat as a hook"),
	T(git, git_hooks_rename, "rename .git/hooks"),
	T(git, git_hooks_replace, "exchange a folder with .git/hooks"),
	T(git, git_rename, "rename .git"),
	T(git, git_exchange, "exchange a folder with .git"),
	T(git, git_info_rename, "rename .git/info"),
	T(git, git_attributes, "write .git/info/attributes"),
	T(git, module_config, "write the config of a submodule"),
	T(git, module_hook, "create a hook of a submodule"),
	T(git, module_rename, "rename the folder of a submodule"),
	T(git, modules_rename, "rename .git/modules"),
	T(git, module_new, "make the folder of a submodule that is not there yet"),
	T(git, worktree_common, "write commondir of a linked worktree"),
	T(git, worktree_gitdir, "write gitdir of a linked worktree"),
	T(git, worktree_rename, "rename the folder of a linked worktree"),
	T(git, hooks_path, "write in the folder that core.hooksPath names"),
	T(git, included_config, "write the file that include.path names"),
	T(names, code_create, "create .code/config.toml, .code missing"),
	T(names, code_file, "create .code as a file"),
	T(names, code_remove, "remove what stands for .code"),
	T(names, code_rename_over, "rename a prepared folder to .code"),
	T(names, code_exchange, "exchange a folder with .code"),
	T(names, code_symlink, "make .code a symbolic link"),
	T(names, code_chmod, "chmod what stands for .code"),
	T(names, agents_create, "create a file in .agents, which is missing"),
	T(names, codex_unlink, "remove .codex, a symbolic link"),
	T(names, codex_rename, "rename .codex, a symbolic link"),
	T(names, codex_through, "write through .codex, a symbolic link into the workspace"),
	T(names, codex_target, "write the folder to which .codex links"),
	T(names, codex_target_rename, "rename the folder to which .codex links"),
	T(names, vscode_write, "write .vscode/settings.json"),
	T(names, idea_create, "create a file in .idea, which is missing"),
	T(names, variant_write, "write in .CodeX, which exists"),
	T(names, extra_write, "write a protected file deeper in the workspace"),
	T(names, extra_parent, "rename the folder two above a protected file and make it anew"),
	T(names, extra_parent_inner, "rename the folder above a protected file and make it anew"),
	T(names, extra_missing, "create a protected file whose folder is missing"),
	T(names, root_rename, "rename the workspace itself"),
	T(reads, secret_read, "read a denied file"),
	T(reads, secret_link, "hard-link a denied file and read the link"),
	T(reads, secret_symlink, "read a denied file through a symbolic link"),
	T(reads, secret_rename, "rename a denied file and read it"),
	T(reads, secret_parent, "rename a folder above a denied file and read it there"),
	T(reads, secret_proc, "read a denied file through /proc/self/root"),
	T(reads, secret_folder, "read in a denied folder"),
	T(reads, secret_behind_link, "read a denied file through a link outside"),
	T(helper, raised, "(run by setuid_program)"),
};

/* ---- the process outside ---- */
static void hand_over(int client, int held) {
	char control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec io = {"x", 1};
	struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &held, sizeof held);
	sendmsg(client, &message, MSG_NOSIGNAL);
	close(client);
}
static int listener(int family, int type, const void *address, socklen_t size) {
	int fd = socket(family, type, 0);
	if (fd < 0 || bind(fd, address, size) || (type == SOCK_STREAM && listen(fd, 64))) return -1;
	return fd;
}
static int serve(void) {
	struct sockaddr_un path;
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof four;
	victim = getpid();
	signal(SIGUSR1, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	prctl(0x59616d61 /* PR_SET_PTRACER: Yama */, -1, 0, 0, 0);
	dup2(open(join(target, "held"), O_RDWR | O_CREAT, 0644), 100);
	struct pollfd fds[8];
	fds[0].fd = listener(AF_INET, SOCK_STREAM, &four, sizeof four);
	getsockname(fds[0].fd, (void *)&four, &size);
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = four.sin_port, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	fds[1].fd = listener(AF_INET, SOCK_DGRAM, &four, sizeof four);
	fds[2].fd = listener(AF_INET6, SOCK_STREAM, &six, sizeof six);
	fds[3].fd = listener(AF_INET6, SOCK_DGRAM, &six, sizeof six);
	size = unix_address(&path, "stream", 0);
	fds[4].fd = listener(AF_UNIX, SOCK_STREAM, &path, size);
	size = unix_address(&path, "datagram", 0);
	fds[5].fd = listener(AF_UNIX, SOCK_DGRAM, &path, size);
	size = unix_address(&path, "", 1);
	fds[6].fd = listener(AF_UNIX, SOCK_STREAM, &path, size);
	int id = shmget(0x5afe0000 + (victim & 0xffff), 4096, IPC_CREAT | 0600);
	char shared[64];
	snprintf(shared, sizeof shared, "/dev/shm/code-escape-%d", victim);
	make(shared);
	if (chdir(target)) return 1;
	printf("%d %d\n", victim, ntohs(four.sin_port));
	fflush(stdout);
	fds[7].fd = 0; /* ends with stdin */
	for (int i = 0; i < 8; i++) fds[i].events = POLLIN;
	for (;;) {
		char bytes[600];
		struct sockaddr_storage from;
		socklen_t length = sizeof from;
		poll(fds, 8, -1);
		if (fds[7].revents) break;
		for (int i = 0; i < 7; i++) {
			if (!(fds[i].revents & POLLIN)) continue;
			if (i == 1 || i == 3 || i == 5) {
				long count = recvfrom(fds[i].fd, bytes, sizeof bytes, 0, (void *)&from, &length);
				if (i == 1 && count > 1) sendto(fds[i].fd, bytes, (size_t)count, 0, (void *)&from, length);
			} else {
				int client = accept(fds[i].fd, 0, 0);
				if (i == 4) hand_over(client, 100);
				else close(client);
			}
		}
	}
	unlink(shared);
	shmctl(id, IPC_RMID, 0);
	return 0;
}

int main(int argc, char **argv) {
	const unsigned count = sizeof attempts / sizeof *attempts;
	self = argv[0];
	if (argc == 2 && !strcmp(argv[1], "list")) {
		for (unsigned i = 0; i < count; i++) printf("%s\t%s\t%s\n", attempts[i].family, attempts[i].name, attempts[i].what);
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "serve")) return target = argv[2], serve();
	if (argc != 7) return 2;
	in = argv[2], out = argv[3], target = argv[4], victim = atoi(argv[5]), port = atoi(argv[6]);
	for (unsigned i = 0; i < count; i++)
		if (!strcmp(attempts[i].name, argv[1])) return attempts[i].go();
	return 2;
}
