/*
 * The seccomp filter: a list of what is denied, because a build needs nearly everything else. A foreign architecture
 * kills the process; x32 and calls newer than this file answer ENOSYS. Arguments are compared by their low 32 bits where
 * the kernel reads an int (a 64-bit comparison can be dodged by setting high bits). What is passed by pointer cannot be
 * looked at: clone3 and openat2 therefore answer ENOSYS, and every libc falls back to clone and openat.
 */
#ifndef CODE_SANDBOX_FILTER_H
#define CODE_SANDBOX_FILTER_H

#include "kernel.h"

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#else
#define OUR_ARCH AUDIT_ARCH_AARCH64
#endif

#define DENY (SECCOMP_RET_ERRNO | E_PERM)
#define UNKNOWN (SECCOMP_RET_ERRNO | E_NOSYS)
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8 * (n)) /* low half: both machines are little-endian */

static struct sock_filter filter[512];
static unsigned filter_length;

static void emit(uint16_t code, uint8_t if_true, uint8_t if_false, uint32_t k) {
	if (filter_length < sizeof filter / sizeof *filter)
		filter[filter_length] = (struct sock_filter){code, if_true, if_false, k};
	filter_length++; /* one too many is noticed by who installs the filter */
}
static void load(uint32_t offset) { emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, offset); }
static void answer(uint32_t action) { emit(BPF_RET | BPF_K, 0, 0, action); }

/* `nr` is loaded. Answers `action` for this call, whatever its arguments. */
static void deny_call(uint32_t nr, uint32_t action) {
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, nr);
	answer(action);
}
/* Denies the call when the argument has one of `bits`. The number is loaded again afterwards. */
static void deny_bits(uint32_t nr, unsigned argument, uint32_t bits) {
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 4, nr);
	load(ARGUMENT(argument));
	emit(BPF_JMP | BPF_JSET | BPF_K, 0, 1, bits);
	answer(DENY);
	load(offsetof(struct seccomp_data, nr));
}
/* Denies the call when the argument, under `mask`, is `value`. */
static void deny_value(uint32_t nr, unsigned argument, uint32_t mask, uint32_t value) {
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 5, nr);
	load(ARGUMENT(argument));
	emit(BPF_ALU | BPF_AND | BPF_K, 0, 0, mask);
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, value);
	answer(DENY);
	load(offsetof(struct seccomp_data, nr));
}

static const uint16_t never[] = {
	/* other processes' memory, and tracing */
	__NR_ptrace, __NR_process_vm_readv, __NR_process_vm_writev, __NR_kcmp, 438 /* pidfd_getfd */, 440 /* process_madvise */,
	/* wide kernel surface */
	__NR_bpf, __NR_userfaultfd, __NR_perf_event_open, 425, 426, 427 /* io_uring */, __NR_fanotify_init,
	__NR_open_by_handle_at, __NR_lookup_dcookie, __NR_keyctl, __NR_add_key, __NR_request_key,
	/* namespaces and the mount view */
	__NR_unshare, __NR_setns, __NR_mount, __NR_umount2, __NR_pivot_root, __NR_chroot, NR_open_tree, NR_move_mount,
	430 /* fsopen */, 431 /* fsconfig */, 432 /* fsmount */, 433 /* fspick */, NR_mount_setattr, 467 /* open_tree_attr */,
	__NR_quotactl, 443 /* quotactl_fd */, __NR_swapon, __NR_swapoff,
	/* the machine */
	__NR_reboot, __NR_kexec_load, 294
#if defined(__x86_64__)
	+ 26 /* kexec_file_load is 320 here, 294 on aarch64 */
#endif
	, __NR_init_module, __NR_finit_module, __NR_delete_module, __NR_acct, __NR_syslog, __NR_settimeofday,
	__NR_clock_settime, __NR_clock_adjtime, __NR_adjtimex, __NR_sethostname, __NR_setdomainname, __NR_vhangup,
#if defined(__x86_64__)
	__NR_iopl, __NR_ioperm, __NR_modify_ldt, __NR_uselib, __NR_ustat, __NR__sysctl, __NR_create_module,
	__NR_get_kernel_syms, __NR_query_module, __NR_nfsservctl,
#else
	__NR_nfsservctl,
#endif
};

#define S_ISUID_ 04000

/* Setting the set-user-ID bit: a file in the workspace must not lend this user's identity to others. */
static void deny_setuid_bits(void) {
	deny_bits(__NR_fchmod, 1, S_ISUID_);
	deny_bits(__NR_fchmodat, 2, S_ISUID_);
	deny_bits(452 /* fchmodat2 */, 2, S_ISUID_);
	deny_bits(__NR_mknodat, 2, S_ISUID_);
	deny_bits(__NR_openat, 3, S_ISUID_);
#if defined(__x86_64__)
	deny_bits(__NR_chmod, 1, S_ISUID_);
	deny_bits(__NR_open, 2, S_ISUID_);
	deny_bits(__NR_creat, 1, S_ISUID_);
	deny_bits(__NR_mknod, 1, S_ISUID_);
#endif
}

static void deny_devices(void) {
	deny_value(__NR_mknodat, 2, S_IFMT_, S_IFCHR_);
	deny_value(__NR_mknodat, 2, S_IFMT_, S_IFBLK_);
#if defined(__x86_64__)
	deny_value(__NR_mknod, 1, S_IFMT_, S_IFCHR_);
	deny_value(__NR_mknod, 1, S_IFMT_, S_IFBLK_);
#endif
	/* Typing into the terminal that started us, and taking over its console or line discipline. */
	deny_value(__NR_ioctl, 1, 0xffffffff, 0x5412 /* TIOCSTI */);
	deny_value(__NR_ioctl, 1, 0xffffffff, 0x541c /* TIOCLINUX */);
	deny_value(__NR_ioctl, 1, 0xffffffff, 0x541d /* TIOCCONS */);
	deny_value(__NR_ioctl, 1, 0xffffffff, 0x5423 /* TIOCSETD */);
}

#define AF_UNIX_ 1
#define AF_INET_ 2
#define AF_INET6_ 10
#define AF_NETLINK_ 16
#define SOCK_RAW_ 3

/*
 * Sockets. Never AF_UNIX by name: other programs' sockets (docker, D-Bus, ssh-agent) would act for us outside. Connected
 * pairs are fine, but not of datagrams: those can be sent to any address. With the network on: IPv4 and IPv6 streams and datagrams, and the routing netlink that getaddrinfo asks.
 */
static void deny_sockets(int network) {
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 8, __NR_socketpair);
	load(ARGUMENT(0));
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 4, AF_UNIX_);
	load(ARGUMENT(1));
	emit(BPF_ALU | BPF_AND | BPF_K, 0, 0, 0xf);
	emit(BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 1 /* SOCK_STREAM */);
	emit(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 5 /* SOCK_SEQPACKET */);
	answer(DENY);
	answer(SECCOMP_RET_ALLOW);
	if (!network) {
		deny_call(__NR_socket, DENY);
		deny_call(__NR_connect, DENY);
		deny_call(__NR_bind, DENY);
		deny_call(__NR_listen, DENY);
		deny_call(__NR_accept, DENY);
		deny_call(__NR_accept4, DENY);
		return;
	}
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 14, __NR_socket);
	load(ARGUMENT(0));
	emit(BPF_JMP | BPF_JEQ | BPF_K, 6, 0, AF_INET_);
	emit(BPF_JMP | BPF_JEQ | BPF_K, 5, 0, AF_INET6_);
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 3, AF_NETLINK_);
	load(ARGUMENT(2));
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0 /* NETLINK_ROUTE */);
	answer(SECCOMP_RET_ALLOW);
	answer(DENY);
	load(ARGUMENT(1));
	emit(BPF_ALU | BPF_AND | BPF_K, 0, 0, 0xf);
	emit(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1 /* SOCK_STREAM */);
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 2 /* SOCK_DGRAM */);
	answer(SECCOMP_RET_ALLOW);
	answer(DENY);
}

/* Builds the filter; its length, or 0 when the array is too small. */
static unsigned build_filter(int network) {
	filter_length = 0;
	load(offsetof(struct seccomp_data, arch));
	emit(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, OUR_ARCH);
	answer(SECCOMP_RET_KILL_PROCESS);
	load(offsetof(struct seccomp_data, nr));
	emit(BPF_JMP | BPF_JGT | BPF_K, 0, 1, NR_newest_known); /* x32 numbers too: they start at 1 << 30 */
	answer(UNKNOWN);
	deny_call(435 /* clone3 */, UNKNOWN);
	deny_call(NR_openat2, UNKNOWN);
	for (unsigned i = 0; i < sizeof never / sizeof *never; i++) deny_call(never[i], DENY);
	deny_bits(__NR_clone, 0, CLONE_NEW_ANY);
	deny_sockets(network);
	deny_devices();
	deny_setuid_bits();
	answer(SECCOMP_RET_ALLOW);
	return filter_length <= sizeof filter / sizeof *filter ? filter_length : 0;
}
#endif
