/*
 * code-sandbox: runs one command confined. Static, freestanding, no allocation. Every failure refuses: the command is not
 * started, one line goes to stderr, and the exit status says which step failed.
 *
 *   code-sandbox [--tag HEX] MODE [OPTION...] -- PROGRAM [ARGUMENT...]
 *
 * MODE
 *   --namespaces     user, mount, pid, ipc (and, without --network, net) namespaces, a read-only view of the file system
 *                    with the holes given below, then Landlock, no capabilities, no_new_privs and seccomp.
 *   --landlock       Landlock and seccomp only. It cannot protect a path inside a writable root, nor stop chmod outside.
 *   --placeholders   no confinement: makes the placeholders, runs the program, removes them (around bubblewrap).
 *   --keep           no program: makes the placeholders, writes "kept" to stdout, and removes them at the end of stdin.
 * OPTION (paths are absolute, without `.`, `..`, `//`, and no component but the last may be a symbolic link)
 *   --probe          does all of the mode and exits 0 instead of running a program.
 *   --network        sockets for IPv4 and IPv6, and the host's network.
 *   --no-landlock    with --namespaces, on a kernel without Landlock.
 *   --host-proc      with --namespaces, where the kernel refuses a new /proc (in some containers).
 *   --own-dev        with --landlock, where /dev is private already (inside bubblewrap): pseudo-terminals and /dev/shm.
 *   --write PATH     a folder or file that may be written.
 *   --pin PATH       bound onto itself as it is, so that it cannot be renamed or removed.
 *   --read-only PATH bound read-only onto itself: a file, folder or symbolic link.
 *   --freeze PATH    a folder in which nothing can be made or removed; what was bound inside it before stays as it is.
 *   --absent-dir PATH, --absent-file PATH, --absent-dot PATH
 *                    a name that must not come into being. A placeholder (empty folder, empty file, file saying ".") is
 *                    made on the disk for as long as a command needs it, and bound read-only. Should there be something
 *                    by then, that is bound read-only. Every command that needs a placeholder holds a shared lock on it;
 *                    who leaves last removes it. Placeholders carry the sticky bit, so that one left behind by SIGKILL
 *                    is told from a user's empty folder and removed by a later command.
 *   --hide PATH      a file or folder that reads as empty and without permission.
 *   Order counts: a path is bound over what was bound before it.
 *
 * PROCESSES    P0, outside, waits, passes on signals sent to it, removes placeholders and ends as the command did. P1 is
 *              process 1 of the new pid namespace and reaps. P2 becomes the command. When the command ends, or P0 dies,
 *              every process of the namespace is killed, daemons included.
 * REFUSAL      "code-sandbox[TAG] STATUS STEP DETAIL errno=N". The tag is wiped from memory before the command starts, so
 *              a line with it was not written by the command.
 * EXIT         the command's own status or signal; 126/127 when the program could not be executed; or a refusal below.
 */
#include "filter.h"

enum refusal {
	R_USAGE = 200,
	R_DESCRIPTORS,
	R_NAMESPACES,
	R_ID_MAP,
	R_VIEW,
	R_WRITE,
	R_PROTECT,
	R_PLACEHOLDER,
	R_HIDE,
	R_DEV,
	R_PROC,
	R_CWD,
	R_VERIFY,
	R_LANDLOCK,
	R_CAPABILITIES,
	R_SECCOMP,
	R_PROCESS
};

enum action { WRITE, PIN, READ_ONLY, FREEZE, ABSENT_DIR, ABSENT_FILE, ABSENT_DOT, HIDE };
struct step {
	enum action action;
	const char *path;
	int lock; /* descriptor of the placeholder in P0, else -1 */
	int made; /* P0 made the placeholder */
};

#define MAX_STEPS 16384
static struct step steps[MAX_STEPS];
static int step_count;
static int write_handles[MAX_STEPS];

static char tag[65];
static int network, use_landlock = 1, host_proc, own_dev, probing;
static enum { NO_MODE, NAMESPACES, LANDLOCK, PLACEHOLDERS, KEEP } mode;
static char cwd[4096];
static uint64_t saved_mask;

/* ---- refusing ---- */

static int holds_placeholders; /* in P0 only */
static void release_all(void);

static char *append(char *to, char *end, const char *text) {
	while (*text && to < end) *to++ = *text++;
	return to;
}
static char *append_number(char *to, char *end, uint64_t value) {
	char digits[20];
	int count = 0;
	do digits[count++] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	while (count > 0 && to < end) *to++ = digits[--count];
	return to;
}

static __attribute__((noreturn)) void leave(int status) {
	for (;;) sys(__NR_exit_group, status, 0, 0, 0, 0);
}

static __attribute__((noreturn)) void refuse(int status, const char *step, const char *detail, long error) {
	static char line[4608];
	char *end = line + sizeof line - 1, *at = append(line, end, "code-sandbox[");
	at = append(append(at, end, tag), end, "] ");
	at = append_number(at, end, (uint64_t)status);
	at = append(append(append(append(at, end, " "), end, step), end, " "), end - 32, detail);
	at = append_number(append(at, end, " errno="), end, (uint64_t)(error < 0 ? -error : error));
	*at++ = '\n';
	sys(__NR_write, 2, line, at - line, 0, 0);
	if (holds_placeholders) release_all();
	leave(status);
}

static long need(long result, int status, const char *step, const char *detail) {
	if (result < 0) refuse(status, step, detail, result);
	return result;
}

/* ---- arguments ---- */

static int is_clean_path(const char *path) {
	if (*path != '/' || length(path) >= 4096) return 0;
	if (path[1] == 0) return 1;
	for (const char *at = path; *at == '/';) {
		const char *name = ++at;
		while (*at && *at != '/') at++;
		size_t count = (size_t)(at - name);
		if (count == 0 || (count == 1 && *name == '.') || (count == 2 && name[0] == '.' && name[1] == '.')) return 0;
	}
	return 1;
}

/* Whether `path` is `folder` or below it. */
static int is_within(const char *path, const char *folder) {
	size_t count = length(folder);
	return starts(path, folder) && (path[count] == 0 || path[count] == '/');
}

static void add_step(enum action action, const char *option, const char *path) {
	if (!path || !is_clean_path(path)) refuse(R_USAGE, option, path ? path : "(nothing)", 0);
	if (step_count == MAX_STEPS) refuse(R_USAGE, "too-many-paths", path, 0);
	/* These hold what every command needs; and a writable / would leave no view to protect anything in. */
	if (path[1] == 0 || (action != HIDE && (is_within(path, "/proc") || is_within(path, "/sys"))))
		refuse(R_USAGE, option, path, 0);
	if (is_within(path, "/dev") || same(path, "/proc") || same(path, "/sys")) refuse(R_USAGE, option, path, 0);
	steps[step_count++] = (struct step){action, path, -1, 0};
}

static void take_tag(char *value) {
	size_t count = value ? length(value) : 0;
	if (count == 0 || count >= sizeof tag) refuse(R_USAGE, "--tag", "(length)", 0);
	for (size_t i = 0; i < count; i++) {
		tag[i] = value[i];
		value[i] = '*';
	}
}

static int is_path_option(const char *name, enum action *action) {
	static const char *const names[] = {"--write",		"--pin",		 "--read-only",	 "--freeze",
										"--absent-dir", "--absent-file", "--absent-dot", "--hide"};
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		if (!same(name, names[i])) continue;
		*action = (enum action)i;
		return 1;
	}
	return 0;
}

/* Reads the options; returns the index of the program in `argv`. */
static int read_arguments(int argc, char **argv) {
	int i = 1;
	for (; i < argc && !same(argv[i], "--"); i++) {
		enum action action;
		if (is_path_option(argv[i], &action)) {
			add_step(action, argv[i], i + 1 < argc ? argv[i + 1] : 0);
			i++;
		} else if (same(argv[i], "--tag")) {
			take_tag(i + 1 < argc ? argv[i + 1] : 0);
			i++;
		} else if (same(argv[i], "--probe")) probing = 1;
		else if (same(argv[i], "--network")) network = 1;
		else if (same(argv[i], "--no-landlock")) use_landlock = 0;
		else if (same(argv[i], "--host-proc")) host_proc = 1;
		else if (same(argv[i], "--own-dev")) own_dev = 1;
		else if (same(argv[i], "--namespaces") && !mode) mode = NAMESPACES;
		else if (same(argv[i], "--landlock") && !mode) mode = LANDLOCK;
		else if (same(argv[i], "--placeholders") && !mode) mode = PLACEHOLDERS;
		else if (same(argv[i], "--keep") && !mode) mode = KEEP;
		else refuse(R_USAGE, "unknown-option", argv[i], 0);
	}
	if (!mode) refuse(R_USAGE, "no-mode", "-", 0);
	if (!use_landlock && mode != NAMESPACES) refuse(R_USAGE, "--no-landlock", "needs --namespaces", 0);
	for (int s = 0; s < step_count; s++)
		if (mode == LANDLOCK && steps[s].action != WRITE) refuse(R_USAGE, "--landlock-cannot", steps[s].path, 0);
	if (!probing && mode != KEEP && i + 1 >= argc) refuse(R_USAGE, "no-program", "-", 0);
	return i + 1;
}

/* ---- files ---- */

/* A descriptor that stands for the path, whatever it is; symbolic links are followed nowhere. */
static long open_handle(const char *path) {
	struct open_how_ how = {O_PATH_ | O_NOFOLLOW_ | O_CLOEXEC_, 0, RESOLVE_NO_LINKS};
	long fd;
	/* EAGAIN: something was renamed meanwhile. */
	for (int tries = 0; tries < 100; tries++) {
		fd = sys(NR_openat2, AT_FDCWD_, path, &how, sizeof how, 0);
		if (fd != -E_AGAIN) break;
	}
	return fd;
}
static void shut(long fd) { sys(__NR_close, fd, 0, 0, 0, 0); }
static long look_at(long fd, struct statx_ *out) {
	return sys(__NR_statx, fd, "", AT_EMPTY_PATH_, STATX_BASIC_, out);
}
static long write_all(long fd, const char *text) { return sys(__NR_write, fd, text, length(text), 0, 0); }
static long write_text(const char *path, const char *text) {
	long fd = sys(__NR_openat, AT_FDCWD_, path, O_WRONLY_ | O_CLOEXEC_, 0, 0);
	if (fd < 0) return fd;
	long result = write_all(fd, text);
	shut(fd);
	return result;
}
static long fork_plain(void) { return sys(__NR_clone, SIGCHLD_, 0, 0, 0, 0); }

/* ---- descriptors ---- */

/* Descriptors 0 to 2 must exist, or files opened below would become the command's; all others are closed. */
static void settle_descriptors(void) {
	for (int fd = 0; fd < 3; fd++) {
		if (sys(__NR_fcntl, fd, 1 /* F_GETFD */, 0, 0, 0) >= 0) continue;
		long opened = need(sys(__NR_openat, AT_FDCWD_, "/dev/null", O_RDWR_, 0, 0), R_DESCRIPTORS, "open", "/dev/null");
		if (opened != fd) refuse(R_DESCRIPTORS, "order", "/dev/null", 0);
	}
	need(sys(NR_close_range, 3, ~0u, 0, 0, 0), R_DESCRIPTORS, "close_range", "-");
}

/* ---- placeholders ---- */

#define PLACEHOLDER_FOLDER 01755
#define PLACEHOLDER_FILE 01644

static int is_absent_kind(enum action action) {
	return action == ABSENT_DIR || action == ABSENT_FILE || action == ABSENT_DOT;
}

/* The last component, in the folder that is opened for it. */
static long open_parent(const char *path, const char **name) {
	static char parent[4096];
	size_t cut = length(path);
	while (path[cut - 1] != '/') cut--;
	*name = path + cut;
	memcpy(parent, path, cut);
	parent[cut > 1 ? cut - 1 : cut] = 0;
	return open_handle(parent);
}

static long make_placeholder(long parent, const char *name, enum action action) {
	if (action == ABSENT_DIR) {
		long made = sys(__NR_mkdirat, parent, name, 0755, 0, 0);
		if (made == 0) made = sys(__NR_fchmodat, parent, name, PLACEHOLDER_FOLDER, 0, 0);
		return made;
	}
	long fd = sys(__NR_openat, parent, name, O_WRONLY_ | O_CREAT_ | O_EXCL_ | O_NOFOLLOW_ | O_CLOEXEC_, 0644, 0);
	if (fd < 0) return fd;
	long result = action == ABSENT_DOT ? sys(__NR_write, fd, ".\n", 2, 0, 0) : 2;
	if (result == 2) result = sys(__NR_fchmod, fd, PLACEHOLDER_FILE, 0, 0, 0);
	shut(fd);
	return result;
}

/* A folder that is not ours and that we may not write to cannot get the name from the command either. */
static int cannot_matter(long parent, long error) {
	struct statx_ folder;
	if (error == -E_ROFS) return 1;
	if (error != -E_ACCES && error != -E_PERM) return 0;
	return look_at(parent, &folder) == 0 && folder.uid != (uint32_t)sys(__NR_geteuid, 0, 0, 0, 0, 0);
}

static void acquire_placeholder(struct step *step) {
	const char *name;
	long parent = need(open_parent(step->path, &name), R_PLACEHOLDER, "parent", step->path);
	for (int tries = 0; tries < 1000; tries++) {
		struct statx_ held, named;
		long made = make_placeholder(parent, name, step->action);
		if (made >= 0) step->made = 1;
		else if (made != -E_EXIST) {
			if (!cannot_matter(parent, made)) refuse(R_PLACEHOLDER, "make", step->path, made);
			step->action = PIN;
			step->path = 0; /* nothing to do */
			break;
		}
		long fd = sys(__NR_openat, parent, name, O_RDONLY_ | O_NOFOLLOW_ | O_NONBLOCK_ | O_CLOEXEC_, 0, 0);
		if (fd == -E_NOENT) continue; /* its last user removed it just now */
		if (fd < 0) break;			  /* something else of the user's; bound read-only as it is */
		need(sys(__NR_flock, fd, 1 /* LOCK_SH */, 0, 0, 0), R_PLACEHOLDER, "lock", step->path);
		need(look_at(fd, &held), R_PLACEHOLDER, "stat", step->path);
		long now = sys(__NR_statx, parent, name, AT_SYMLINK_NOFOLLOW_, STATX_BASIC_, &named);
		if (now == 0 && held.ino == named.ino && held.dev_minor == named.dev_minor && held.dev_major == named.dev_major) {
			step->lock = (int)fd;
			break;
		}
		shut(fd);
		step->made = 0;
		if (tries == 999) refuse(R_PLACEHOLDER, "busy", step->path, 0);
	}
	shut(parent);
}

/* Removes a placeholder that nobody else needs and that nobody has put anything into. */
static void release_placeholder(struct step *step) {
	struct statx_ found;
	const char *name;
	if (step->lock < 0) return;
	if (sys(__NR_flock, step->lock, 2 | 4 /* LOCK_EX | LOCK_NB */, 0, 0, 0) < 0 || look_at(step->lock, &found) < 0) return;
	int is_folder = (found.mode & S_IFMT_) == S_IFDIR_;
	int expected = is_folder ? PLACEHOLDER_FOLDER : PLACEHOLDER_FILE;
	uint64_t size = step->action == ABSENT_DOT ? 2 : 0;
	if (is_folder != (step->action == ABSENT_DIR) || (!is_folder && found.size != size)) return;
	/* A file system without permissions (FAT) keeps no sticky bit: there only our own are removed. */
	if (!step->made && (found.mode & 07777) != expected) return;
	long parent = open_parent(step->path, &name);
	if (parent < 0) return;
	struct statx_ named;
	if (sys(__NR_statx, parent, name, AT_SYMLINK_NOFOLLOW_, STATX_BASIC_, &named) == 0 && named.ino == found.ino)
		sys(__NR_unlinkat, parent, name, is_folder ? AT_REMOVEDIR_ : 0, 0, 0);
	shut(parent);
}

static void acquire_all(void) {
	holds_placeholders = 1;
	for (int i = 0; i < step_count; i++)
		if (is_absent_kind(steps[i].action)) acquire_placeholder(&steps[i]);
}
/* Children before parents: a placeholder can lie in another. */
static void release_all(void) {
	holds_placeholders = 0;
	for (int i = step_count - 1; i >= 0; i--)
		if (steps[i].path && is_absent_kind(steps[i].action)) release_placeholder(&steps[i]);
}

/* ---- the mount view ---- */

static long clone_mount(long handle, int recursive) {
	return sys(NR_open_tree, handle, "",
			   OPEN_TREE_CLONE_ | O_CLOEXEC_ | AT_EMPTY_PATH_ | (recursive ? AT_RECURSIVE_ : 0), 0, 0);
}
static long restrict_mount(long mount, uint64_t attributes, int flags) {
	struct mount_attr_ set = {attributes, 0, 0, 0};
	return sys(NR_mount_setattr, mount, "", AT_EMPTY_PATH_ | flags, &set, sizeof set);
}
static void attach(long mount, const char *path, int status) {
	long target = need(open_handle(path), status, "target", path);
	need(sys(NR_move_mount, mount, "", target, "", MOVE_MOUNT_BOTH_EMPTY), status, "attach", path);
	shut(target);
	shut(mount);
}
/* A copy of what is at the path, its own mount. */
static long copy_of(const char *path, int status) {
	long handle = need(open_handle(path), status, "open", path);
	long mount = need(clone_mount(handle, 1), status, "clone", path);
	shut(handle);
	return mount;
}

static void bind_step(const struct step *step) {
	if (!step->path || step->action == WRITE || step->action == HIDE) return;
	long mount = copy_of(step->path, R_PROTECT);
	int depth = step->action == FREEZE ? 0 : AT_RECURSIVE_;
	if (step->action != PIN) need(restrict_mount(mount, MOUNT_ATTR_RDONLY_, depth), R_PROTECT, "read-only", step->path);
	attach(mount, step->path, R_PROTECT);
}

static void hide_step(const struct step *step) {
	struct statx_ found;
	long handle = open_handle(step->path);
	if (handle == -E_NOENT || handle == -E_NOTDIR) return; /* gone meanwhile: nothing to read */
	need(handle, R_HIDE, "open", step->path);
	need(look_at(handle, &found), R_HIDE, "stat", step->path);
	shut(handle);
	long mount = copy_of((found.mode & S_IFMT_) == S_IFDIR_ ? "/dev/.hidden-folder" : "/dev/.hidden-file", R_HIDE);
	uint64_t sealed = MOUNT_ATTR_RDONLY_ | MOUNT_ATTR_NODEV_ | MOUNT_ATTR_NOSUID_;
	need(restrict_mount(mount, sealed, AT_RECURSIVE_), R_HIDE, "seal", step->path);
	attach(mount, step->path, R_HIDE);
}

static const char *const nodes[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"};
#define NODE_COUNT (sizeof nodes / sizeof *nodes)
static long node_mounts[NODE_COUNT];

static void link_or_refuse(const char *target, const char *path) {
	need(sys(__NR_symlinkat, target, AT_FDCWD_, path, 0, 0), R_DEV, "link", path);
}

/* A small /dev of our own: no disks, no other terminals, no shared memory of others. */
static void build_dev(void) {
	need(sys(__NR_mount, "tmpfs", "/dev", "tmpfs", MS_NOSUID_, "mode=755,size=64k"), R_DEV, "mount", "/dev");
	for (unsigned i = 0; i < NODE_COUNT; i++) {
		if (node_mounts[i] < 0) continue;
		long fd = need(sys(__NR_openat, AT_FDCWD_, nodes[i], O_WRONLY_ | O_CREAT_ | O_CLOEXEC_, 0666, 0), R_DEV, "make", nodes[i]);
		shut(fd);
		attach(node_mounts[i], nodes[i], R_DEV);
	}
	need(sys(__NR_mkdirat, AT_FDCWD_, "/dev/pts", 0755, 0, 0), R_DEV, "make", "/dev/pts");
	need(sys(__NR_mkdirat, AT_FDCWD_, "/dev/shm", 0755, 0, 0), R_DEV, "make", "/dev/shm");
	need(sys(__NR_mount, "devpts", "/dev/pts", "devpts", MS_NOSUID_ | MS_NOEXEC_, "newinstance,ptmxmode=0666,mode=620"),
		 R_DEV, "mount", "/dev/pts");
	need(sys(__NR_mount, "tmpfs", "/dev/shm", "tmpfs", MS_NOSUID_ | MS_NODEV_, "mode=1777"), R_DEV, "mount", "/dev/shm");
	link_or_refuse("pts/ptmx", "/dev/ptmx");
	link_or_refuse("/proc/self/fd", "/dev/fd");
	link_or_refuse("/proc/self/fd/0", "/dev/stdin");
	link_or_refuse("/proc/self/fd/1", "/dev/stdout");
	link_or_refuse("/proc/self/fd/2", "/dev/stderr");
	long fd = need(sys(__NR_openat, AT_FDCWD_, "/dev/.hidden-file", O_WRONLY_ | O_CREAT_ | O_CLOEXEC_, 0, 0), R_DEV, "make", "hidden");
	shut(fd);
	need(sys(__NR_mkdirat, AT_FDCWD_, "/dev/.hidden-folder", 0, 0, 0), R_DEV, "make", "hidden");
}

static void build_proc(void) {
	if (host_proc) return; /* stays as it is, read-only by now */
	need(sys(__NR_mount, "proc", "/proc", "proc", MS_RDONLY_ | MS_NOSUID_ | MS_NODEV_ | MS_NOEXEC_, 0), R_PROC, "mount", "/proc");
}

/* Looks again by name: each path must be a mount of its own, and read-only where it has to be. */
static void verify_step(const struct step *step) {
	struct statx_ found;
	struct statfs_ mounted;
	if (!step->path) return;
	long handle = open_handle(step->path);
	if (handle == -E_NOENT && step->action == HIDE) return;
	need(handle, R_VERIFY, "open", step->path);
	need(look_at(handle, &found), R_VERIFY, "stat", step->path);
	need(sys(__NR_fstatfs, handle, &mounted, 0, 0, 0), R_VERIFY, "statfs", step->path);
	if (!(found.attributes & STATX_ATTR_MOUNT_ROOT_)) refuse(R_VERIFY, "not-a-mount", step->path, 0);
	if (step->action >= READ_ONLY && !(mounted.flags & ST_RDONLY_)) refuse(R_VERIFY, "writable", step->path, 0);
	shut(handle);
}

static void build_view(void) {
	need(sys(__NR_mount, 0, "/", 0, MS_REC_ | MS_PRIVATE_, 0), R_VIEW, "private", "/");
	for (int i = 0; i < step_count; i++)
		if (steps[i].action == WRITE) write_handles[i] = (int)copy_of(steps[i].path, R_WRITE);
	for (unsigned i = 0; i < NODE_COUNT; i++) {
		long handle = open_handle(nodes[i]);
		node_mounts[i] = handle < 0 ? handle : need(clone_mount(handle, 0), R_DEV, "clone", nodes[i]);
		if (handle >= 0) shut(handle);
	}
	long root = need(open_handle("/"), R_VIEW, "open", "/");
	uint64_t harmless = MOUNT_ATTR_NOSUID_ | MOUNT_ATTR_NODEV_;
	need(restrict_mount(root, MOUNT_ATTR_RDONLY_ | harmless, AT_RECURSIVE_), R_VIEW, "read-only", "/");
	shut(root);
	for (int i = 0; i < step_count; i++) {
		if (steps[i].action != WRITE) continue;
		need(restrict_mount(write_handles[i], harmless, AT_RECURSIVE_), R_WRITE, "seal", steps[i].path);
		attach(write_handles[i], steps[i].path, R_WRITE);
	}
	for (int i = 0; i < step_count; i++) bind_step(&steps[i]);
	build_dev();
	build_proc();
	for (int i = 0; i < step_count; i++)
		if (steps[i].action == HIDE) hide_step(&steps[i]);
	for (int i = 0; i < step_count; i++) verify_step(&steps[i]);
	/* The old working directory is a folder of the old, writable view. */
	need(sys(__NR_chdir, cwd, 0, 0, 0, 0), R_CWD, "chdir", cwd);
}

/* ---- Landlock ---- */

#define FS_EXECUTE 0x1
#define FS_WRITE_FILE 0x2
#define FS_READ_FILE 0x4
#define FS_READ_DIR 0x8
#define FS_MAKE_CHAR 0x40
#define FS_MAKE_BLOCK 0x800
#define FS_TRUNCATE 0x4000
#define FS_IOCTL_DEV 0x8000
#define FS_FILE_RIGHTS (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)
#define FS_UP_TO_ABI_3 0x7fffUL

struct ruleset_attributes {
	uint64_t files, network, scoped;
};
struct __attribute__((packed)) path_rule {
	uint64_t rights;
	int32_t parent;
};

static uint64_t handled;

static void allow_path(long ruleset, const char *path, uint64_t rights, int optional) {
	struct statx_ found;
	long handle = open_handle(path);
	if (handle < 0 && optional) return;
	need(handle, R_LANDLOCK, "open", path);
	need(look_at(handle, &found), R_LANDLOCK, "stat", path);
	if ((found.mode & S_IFMT_) != S_IFDIR_) rights &= FS_FILE_RIGHTS;
	struct path_rule rule = {rights & handled, (int32_t)handle};
	need(sys(NR_landlock_add_rule, ruleset, 1, &rule, 0, 0), R_LANDLOCK, "rule", path);
	shut(handle);
}

static void restrict_files(void) {
	long abi = sys(NR_landlock_create_ruleset, 0, 0, 1, 0, 0);
	if (abi < 3) refuse(R_LANDLOCK, "abi", "needs at least 3", abi);
	handled = FS_UP_TO_ABI_3 | (abi >= 5 ? FS_IOCTL_DEV : 0);
	struct ruleset_attributes attributes = {handled, abi >= 4 && !network ? 3 : 0, abi >= 6 ? 3 : 0};
	long size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
	long ruleset = need(sys(NR_landlock_create_ruleset, &attributes, size, 0, 0, 0), R_LANDLOCK, "ruleset", "-");
	const uint64_t device = FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE;
	allow_path(ruleset, "/", FS_EXECUTE | FS_READ_FILE | FS_READ_DIR, 0);
	for (unsigned i = 0; i < NODE_COUNT; i++)
		allow_path(ruleset, nodes[i], same(nodes[i], "/dev/tty") ? device | FS_IOCTL_DEV : device, 1);
	if (mode == NAMESPACES || own_dev) {
		allow_path(ruleset, "/dev/pts", device | FS_READ_DIR | FS_IOCTL_DEV, 0);
		allow_path(ruleset, "/dev/shm", ~(uint64_t)(FS_MAKE_CHAR | FS_MAKE_BLOCK | FS_IOCTL_DEV), 0);
	}
	for (int i = 0; i < step_count; i++)
		if (steps[i].action == WRITE)
			allow_path(ruleset, steps[i].path, ~(uint64_t)(FS_MAKE_CHAR | FS_MAKE_BLOCK | FS_IOCTL_DEV), 0);
	need(sys(NR_landlock_restrict_self, ruleset, 0, 0, 0, 0), R_LANDLOCK, "restrict", "-");
	shut(ruleset);
}

/* ---- privileges ---- */

/* For root: to work on files of other owners, as it could outside. Nothing about the kernel, the network or users. */
#define KEPT_FOR_ROOT ((1u << 0 /* CHOWN */) | (1u << 1 /* DAC_OVERRIDE */) | (1u << 3 /* FOWNER */) | (1u << 4 /* FSETID */))

static void drop_capabilities(void) {
	int is_root = sys(__NR_geteuid, 0, 0, 0, 0, 0) == 0;
	uint32_t kept = is_root && mode == NAMESPACES ? KEPT_FOR_ROOT : 0;
	struct {
		uint32_t version;
		int32_t pid;
	} header = {0x20080522, 0};
	struct {
		uint32_t effective, permitted, inheritable;
	} sets[2], now[2];
	sys(__NR_prctl, PR_CAP_AMBIENT_, PR_CAP_AMBIENT_CLEAR_ALL_, 0, 0, 0);
	need(sys(__NR_capget, &header, now, 0, 0, 0), R_CAPABILITIES, "capget", "-");
	for (long capability = 0; capability < 64; capability++) {
		if (capability < 32 && (kept >> capability & 1)) continue;
		long result = sys(__NR_prctl, PR_CAPBSET_DROP_, capability, 0, 0, 0);
		/* EINVAL: the kernel knows no more. EPERM: without CAP_SETPCAP; no_new_privs then keeps exec from adding any. */
		if (result < 0) {
			if (result == -E_PERM && (is_root || (now[0].permitted >> 8 & 1)))
				refuse(R_CAPABILITIES, "bounding-set", "-", result);
			break;
		}
	}
	memset(sets, 0, sizeof sets);
	sets[0].effective = sets[0].permitted = kept & now[0].permitted;
	need(sys(__NR_capset, &header, sets, 0, 0, 0), R_CAPABILITIES, "capset", "-");
}

static void install_filter(void) {
	unsigned count = build_filter(network);
	struct sock_fprog program = {(unsigned short)count, filter};
	if (count == 0) refuse(R_SECCOMP, "too-long", "-", 0);
	need(sys(__NR_prctl, PR_SET_SECCOMP_, 2 /* SECCOMP_MODE_FILTER */, &program, 0, 0), R_SECCOMP, "install", "-");
}

static void confine_self(void) {
	need(sys(__NR_prctl, PR_SET_NO_NEW_PRIVS_, 1, 0, 0, 0), R_SECCOMP, "no_new_privs", "-");
	drop_capabilities();
	if (use_landlock) restrict_files();
	install_filter();
}

/* ---- running the program ---- */

static const char *find_variable(char **env, const char *prefix) {
	for (; *env; env++)
		if (starts(*env, prefix)) return *env + length(prefix);
	return 0;
}

static __attribute__((noreturn)) void execute(char **argv, char **env) {
	static char file[8192];
	const char *path = find_variable(env, "PATH=");
	long error = -E_NOENT;
	if (!path) path = "/usr/local/bin:/usr/bin:/bin";
	sys(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, &saved_mask, 0, 8, 0);
	if (argv[0][0] == 0) refuse(127, "exec", "(empty)", error);
	for (const char *at = argv[0]; *at; at++)
		if (*at == '/') {
			error = sys(__NR_execve, argv[0], argv, env, 0, 0);
			refuse(error == -E_NOENT ? 127 : 126, "exec", argv[0], error);
		}
	for (;;) {
		char *end = file + sizeof file - 1, *to = file;
		while (*path && *path != ':' && to < end) *to++ = *path++;
		if (to != file) to = append(to, end, "/");
		*append(to, end, argv[0]) = 0;
		long result = sys(__NR_execve, file, argv, env, 0, 0);
		if (result != -E_NOENT && result != -E_NOTDIR) error = result;
		if (result != -E_NOENT && result != -E_NOTDIR && result != -E_ACCES) break;
		if (*path++ != ':') break;
	}
	refuse(error == -E_NOENT ? 127 : 126, "exec", argv[0], error);
}

#define PASSED_ON 40
#define FORWARDED (SIGBIT(SIGHUP_) | SIGBIT(SIGINT_) | SIGBIT(SIGQUIT_) | SIGBIT(SIGUSR1_) | SIGBIT(SIGUSR2_) | SIGBIT(SIGTERM_))

/* Blocks what is waited for; the command gets the mask back that we were started with. */
static long watch_signals(void) {
	uint64_t mask = FORWARDED | FORWARDED << PASSED_ON | SIGBIT(SIGCHLD_);
	need(sys(__NR_rt_sigprocmask, 0 /* SIG_BLOCK */, &mask, &saved_mask, 8, 0), R_PROCESS, "sigprocmask", "-");
	return need(sys(__NR_signalfd4, -1, &mask, 8, O_CLOEXEC_, 0), R_PROCESS, "signalfd", "-");
}

/*
 * P0 passes on what some process sent. A terminal's Ctrl-C (si_code > 0) reached the whole group. To P1 a signal goes as
 * the real-time signal PASSED_ON + number, so that P1 does not pass on what its command, of the same group, got as well.
 */
static void pass_on(const struct signal_info *signal, long pid, unsigned offset) {
	if (signal->signo != SIGCHLD_ && signal->code <= 0) sys(__NR_kill, pid, signal->signo + offset, 0, 0, 0);
}

/* Ends as a process with this wait status did. */
static __attribute__((noreturn)) void end_like(int status) {
	int number = status & 0x7f;
	if (number == 0) leave(status >> 8 & 0xff);
	uint64_t limit[2] = {0, 0}, none = 0;
	long action[4] = {0, 0, 0, 0};
	sys(__NR_prlimit64, 0, 4 /* RLIMIT_CORE */, limit, 0, 0);
	sys(__NR_rt_sigaction, number, action, 0, 8, 0);
	sys(__NR_rt_sigprocmask, 2, &none, 0, 8, 0);
	sys(__NR_kill, sys(__NR_getpid, 0, 0, 0, 0, 0), number, 0, 0, 0);
	leave(128 + number);
}

/* P1 after the start of the command: reaps until the command ends, then kills and reaps all that is left. */
static __attribute__((noreturn)) void reap(long command, long signals, long report) {
	struct signal_info signal;
	int status = 0, ended = 0;
	for (int fd = 0; fd < 3; fd++) shut(fd);
	while (!ended) {
		int each;
		long pid;
		if (sys(__NR_read, signals, &signal, sizeof signal, 0, 0) == sizeof signal && signal.signo > PASSED_ON)
			sys(__NR_kill, command, signal.signo - PASSED_ON, 0, 0, 0);
		while ((pid = sys(__NR_wait4, -1, &each, 1 /* WNOHANG */, 0, 0)) > 0) {
			if (pid != command) continue;
			status = each;
			ended = 1;
		}
	}
	sys(__NR_kill, -1, SIGKILL_, 0, 0, 0);
	for (;;) {
		long pid = sys(__NR_wait4, -1, 0, 0, 0, 0);
		if (pid < 0 && pid != -E_INTR) break;
	}
	sys(__NR_write, report, &status, sizeof status, 0, 0);
	leave(0);
}

static __attribute__((noreturn)) void be_inside(long go, long report, long signals, char **argv, char **env) {
	char byte;
	if (sys(__NR_read, go, &byte, 1, 0, 0) != 1) leave(R_PROCESS);
	shut(go);
	build_view();
	confine_self();
	need(sys(__NR_prctl, PR_SET_DUMPABLE_, 0, 0, 0, 0), R_PROCESS, "dumpable", "-");
	need(sys(__NR_prctl, PR_SET_PDEATHSIG_, SIGKILL_, 0, 0, 0), R_PROCESS, "parent-death-signal", "-");
	struct pollfd_ reader = {(int)report, 0, 0};
	const long at_once[2] = {0, 0};
	sys(__NR_ppoll, &reader, 1, at_once, 0, 8);
	if (reader.revents & POLLERR_) leave(R_PROCESS); /* P0 died before the line above */
	if (probing) leave(0);
	long command = need(fork_plain(), R_PROCESS, "fork", "-");
	if (command == 0) execute(argv, env);
	memset(tag, 0, sizeof tag);
	reap(command, signals, report);
}

/* Rewrites "inside outside count" lines of our own map as "inside inside count": every id that exists here, as itself. */
static void map_all_ids(const char *own, char *to, char *end) {
	uint64_t fields[3] = {0, 0, 0};
	int field = 0, in_number = 0;
	for (const char *at = own; *at; at++) {
		int is_digit = *at >= '0' && *at <= '9';
		if (is_digit && field < 3) fields[field] = (in_number ? fields[field] * 10 : 0) + (uint64_t)(*at - '0');
		if (!is_digit && in_number) field++;
		in_number = is_digit;
		if (*at != '\n') continue;
		to = append(append_number(to, end, fields[0]), end, " ");
		to = append(append_number(to, end, fields[0]), end, " ");
		to = append(append_number(to, end, fields[2]), end, "\n");
		field = 0;
	}
	*to = 0;
}

static const char *proc_path(long pid, const char *file) {
	static char path[64];
	char *end = path + sizeof path - 1, *at = append(path, end, "/proc/");
	at = pid == 0 ? append(at, end, "self") : append_number(at, end, (uint64_t)pid);
	*append(at, end, file) = 0;
	return path;
}

static void write_map(long pid, const char *file, long id) {
	static char own[4096], text[4096];
	char *end = text + sizeof text - 1;
	if (sys(__NR_geteuid, 0, 0, 0, 0, 0) == 0) {
		long fd = need(sys(__NR_openat, AT_FDCWD_, proc_path(0, file), O_RDONLY_ | O_CLOEXEC_, 0, 0), R_ID_MAP, "open", file);
		own[need(sys(__NR_read, fd, own, sizeof own - 1, 0, 0), R_ID_MAP, "read", file)] = 0;
		shut(fd);
		map_all_ids(own, text, end);
	} else {
		char *at = append(append_number(text, end, (uint64_t)id), end, " ");
		*append(append_number(at, end, (uint64_t)id), end, " 1\n") = 0;
	}
	need(write_text(proc_path(pid, file), text), R_ID_MAP, "write", file);
}

static void write_maps(long pid) {
	if (sys(__NR_geteuid, 0, 0, 0, 0, 0) != 0)
		need(write_text(proc_path(pid, "/setgroups"), "deny"), R_ID_MAP, "write", "/setgroups");
	write_map(pid, "/uid_map", sys(__NR_geteuid, 0, 0, 0, 0, 0));
	write_map(pid, "/gid_map", sys(__NR_getegid, 0, 0, 0, 0, 0));
}

/* P0: waits for the report of P1, or for its end without one. */
static __attribute__((noreturn)) void supervise(long child, long signals, long report) {
	struct pollfd_ sources[2] = {{(int)signals, POLLIN_, 0}, {(int)report, POLLIN_, 0}};
	int status = 0, has_status = 0;
	for (int fd = 0; fd < 2; fd++) shut(fd);
	while (!has_status) {
		sys(__NR_ppoll, sources, report < 0 ? 1 : 2, 0, 0, 8);
		if (report >= 0 && sources[1].revents) {
			if (sys(__NR_read, report, &status, sizeof status, 0, 0) == sizeof status) break;
			sources[1].fd = -1; /* P1 ended without a report */
		}
		if (sources[0].revents) {
			struct signal_info signal;
			if (sys(__NR_read, signals, &signal, sizeof signal, 0, 0) == sizeof signal)
				pass_on(&signal, child, report < 0 ? 0 : PASSED_ON);
		}
		if (sys(__NR_wait4, child, &status, 1, 0, 0) != child) continue;
		has_status = 1;
		/* It may have reported in the last moment. The other end is closed: this does not wait. */
		if (report >= 0) sys(__NR_read, report, &status, sizeof status, 0, 0);
	}
	release_all();
	end_like(status);
}

static __attribute__((noreturn)) void run_in_namespaces(char **argv, char **env) {
	int go[2], report[2];
	acquire_all();
	need(sys(__NR_pipe2, go, O_CLOEXEC_, 0, 0, 0), R_PROCESS, "pipe", "-");
	need(sys(__NR_pipe2, report, O_CLOEXEC_, 0, 0, 0), R_PROCESS, "pipe", "-");
	long signals = watch_signals();
	long flags = CLONE_NEWUSER_ | CLONE_NEWNS_ | CLONE_NEWPID_ | CLONE_NEWIPC_ | (network ? 0 : CLONE_NEWNET_);
	long child = sys(__NR_clone, flags | SIGCHLD_, 0, 0, 0, 0);
	need(child, R_NAMESPACES, "clone", "-");
	if (child == 0) {
		holds_placeholders = 0;
		shut(go[1]);
		shut(report[0]);
		for (int i = 0; i < step_count; i++)
			if (steps[i].lock >= 0) shut(steps[i].lock);
		be_inside(go[0], report[1], signals, argv, env);
	}
	shut(go[0]);
	shut(report[1]);
	write_maps(child);
	sys(__NR_write, go[1], "g", 1, 0, 0);
	shut(go[1]);
	supervise(child, signals, report[0]);
}

static __attribute__((noreturn)) void run_with_placeholders(char **argv, char **env) {
	acquire_all();
	long signals = watch_signals();
	long child = probing ? 0 : need(fork_plain(), R_PROCESS, "fork", "-");
	if (probing) {
		release_all();
		leave(0);
	}
	if (child > 0) supervise(child, signals, -1);
	holds_placeholders = 0;
	execute(argv, env);
}

/* Holds placeholders for a whole session, so that commands find them made, until stdin ends or somebody ends us. */
static __attribute__((noreturn)) void keep_placeholders(void) {
	acquire_all();
	struct pollfd_ sources[2] = {{(int)watch_signals(), POLLIN_, 0}, {0, POLLIN_, 0}};
	need(write_all(1, "kept\n"), R_PROCESS, "write", "stdout");
	for (;;) {
		char byte;
		sys(__NR_ppoll, sources, 2, 0, 0, 8);
		if (sources[0].revents || (sources[1].revents && sys(__NR_read, 0, &byte, 1, 0, 0) != 1)) break;
	}
	release_all();
	leave(0);
}

__attribute__((used, noreturn)) static void start(long *stack) {
	int argc = (int)stack[0];
	char **argv = (char **)(stack + 1), **env = argv + argc + 1;
	int program = read_arguments(argc, argv);
	settle_descriptors();
	long count = need(sys(__NR_getcwd, cwd, sizeof cwd, 0, 0, 0), R_CWD, "getcwd", "-");
	if (count < 2 || cwd[0] != '/') refuse(R_CWD, "unreachable", cwd, 0);
	if (mode == NAMESPACES) run_in_namespaces(argv + program, env);
	if (mode == KEEP) keep_placeholders();
	if (mode == PLACEHOLDERS) run_with_placeholders(argv + program, env);
	confine_self();
	if (probing) leave(0);
	execute(argv + program, env);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall start\n\thlt\n");
#else
__asm__(".globl _start\n_start:\n\tmov x29, #0\n\tmov x30, #0\n\tmov x0, sp\n\tbl start\n\tbrk #1\n");
#endif
