/*
 * The kernel as seen by the helper: raw system calls for x86_64 and aarch64, and the few constants that the oldest kernel
 * headers we build with do not have. No libc: nothing here allocates, buffers, or reads the environment.
 */
#ifndef CODE_SANDBOX_KERNEL_H
#define CODE_SANDBOX_KERNEL_H

#include <asm/unistd.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(__x86_64__) && !defined(__aarch64__)
#error "the helper is written for x86_64 and aarch64"
#endif

static inline long sys6(long nr, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;
	__asm__ volatile("syscall"
					 : "=a"(result)
					 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
					 : "rcx", "r11", "memory");
	return result;
#else
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;
	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
	return x0;
#endif
}

/* A pointer or number as the kernel takes it. */
#define A(value) ((long)(value))
#define sys(nr, a, b, c, d, e) sys6(nr, A(a), A(b), A(c), A(d), A(e), 0)

/* Numbers of calls newer than the headers; the same on both machines. */
#define NR_openat2 437
#define NR_close_range 436
#define NR_open_tree 428
#define NR_move_mount 429
#define NR_mount_setattr 442
#define NR_landlock_create_ruleset 444
#define NR_landlock_add_rule 445
#define NR_landlock_restrict_self 446
/* file_setattr of Linux 6.17: the newest call that was looked at. Later ones answer ENOSYS inside the sandbox. */
#define NR_newest_known 469

#define E_PERM 1
#define E_NOENT 2
#define E_INTR 4
#define E_AGAIN 11
#define E_ACCES 13
#define E_EXIST 17
#define E_NOTDIR 20
#define E_ROFS 30
#define E_NOSYS 38

#define AT_FDCWD_ (-100)
#define AT_EMPTY_PATH_ 0x1000
#define AT_RECURSIVE_ 0x8000
#define AT_REMOVEDIR_ 0x200
#define AT_SYMLINK_NOFOLLOW_ 0x100
#define O_RDONLY_ 0
#define O_WRONLY_ 1
#define O_RDWR_ 2
#define O_CREAT_ 0100
#define O_EXCL_ 0200
#define O_NONBLOCK_ 04000
#define O_CLOEXEC_ 02000000
#define O_PATH_ 010000000
#if defined(__x86_64__)
#define O_DIRECTORY_ 0200000
#define O_NOFOLLOW_ 0400000
#else
#define O_DIRECTORY_ 040000
#define O_NOFOLLOW_ 0100000
#endif

struct open_how_ {
	uint64_t flags, mode, resolve;
};
#define RESOLVE_NO_LINKS 0x06 /* RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS */

#define MS_NOSUID_ 2
#define MS_NODEV_ 4
#define MS_NOEXEC_ 8
#define MS_RDONLY_ 1
#define MS_REC_ 0x4000
#define MS_PRIVATE_ (1 << 18)
#define OPEN_TREE_CLONE_ 1
#define MOVE_MOUNT_BOTH_EMPTY 0x44 /* F_EMPTY_PATH | T_EMPTY_PATH */
#define MOUNT_ATTR_RDONLY_ 1
#define MOUNT_ATTR_NOSUID_ 2
#define MOUNT_ATTR_NODEV_ 4
struct mount_attr_ {
	uint64_t attr_set, attr_clr, propagation, userns_fd;
};

#define CLONE_NEWNS_ 0x00020000L
#define CLONE_NEWIPC_ 0x08000000L
#define CLONE_NEWUSER_ 0x10000000L
#define CLONE_NEWPID_ 0x20000000L
#define CLONE_NEWNET_ 0x40000000L
/* Every namespace flag of clone(2). CLONE_NEWTIME is not a flag of clone. */
#define CLONE_NEW_ANY 0x7e020000L

#define SIGHUP_ 1
#define SIGINT_ 2
#define SIGQUIT_ 3
#define SIGKILL_ 9
#define SIGUSR1_ 10
#define SIGUSR2_ 12
#define SIGTERM_ 15
#define SIGCHLD_ 17
#define SIGBIT(n) (1UL << ((n) - 1))

#define PR_SET_PDEATHSIG_ 1
#define PR_SET_DUMPABLE_ 4
#define PR_CAPBSET_DROP_ 24
#define PR_SET_SECCOMP_ 22
#define PR_SET_NO_NEW_PRIVS_ 38
#define PR_CAP_AMBIENT_ 47
#define PR_CAP_AMBIENT_CLEAR_ALL_ 4

struct pollfd_ {
	int fd;
	short events, revents;
};
#define POLLIN_ 1
#define POLLERR_ 8

/* The head of signalfd_siginfo; the kernel writes 128 bytes. */
struct signal_info {
	uint32_t signo;
	int32_t err, code;
	uint32_t rest[29];
};

struct statx_ {
	uint32_t mask, blksize;
	uint64_t attributes;
	uint32_t nlink, uid, gid;
	uint16_t mode, pad;
	uint64_t ino, size, blocks, attributes_mask;
	uint64_t times[8];
	uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
	uint64_t spare[14];
};
#define STATX_BASIC_ 0x7ff
#define STATX_ATTR_MOUNT_ROOT_ 0x2000
#define S_IFMT_ 0170000
#define S_IFDIR_ 0040000
#define S_IFREG_ 0100000
#define S_IFLNK_ 0120000
#define S_IFCHR_ 0020000
#define S_IFBLK_ 0060000

struct statfs_ {
	long type, bsize;
	uint64_t blocks, bfree, bavail, files, ffree;
	int fsid[2];
	long namelen, frsize, flags, spare[4];
};
#define ST_RDONLY_ 1

/* What the compiler may call on its own. */
void *memcpy(void *to, const void *from, size_t count) {
	char *target = to;
	const char *source = from;
	while (count--) *target++ = *source++;
	return to;
}
void *memset(void *to, int value, size_t count) {
	char *target = to;
	while (count--) *target++ = (char)value;
	return to;
}

static size_t length(const char *text) {
	size_t count = 0;
	while (text[count]) count++;
	return count;
}
static int same(const char *a, const char *b) {
	while (*a && *a == *b) a++, b++;
	return *a == *b;
}
static int starts(const char *text, const char *prefix) {
	while (*prefix) if (*text++ != *prefix++) return 0;
	return 1;
}
#endif
