/* What a process does to the files under one folder, written down in order; a disk that fails or is slow on demand; and a
 * clock that is wrong.
 *
 * Preloaded (LD_PRELOAD) into a program that is dynamically linked against glibc. Environment:
 *   CUTS_WATCHED  the folder, as realpath(3) gives it; of everything else nothing is noted
 *   CUTS_RECORD   the file that takes the record (tests/cuts/record.py reads it); without it nothing is noted
 *   CUTS_FAULT    a file that names how the disk fails as long as it is there: ENOSPC, EROFS or EIO
 *   CUTS_SLOW     milliseconds that each fsync and fdatasync takes longer
 *   CUTS_CLOCK    a file with the seconds by which the wall clock is ahead, as long as it is there
 *
 * What is not caught here (mmap, sendfile, writev) is not noted: the harness compares what the record makes with what is
 * on the disk in the end, so a program that uses it is told, not believed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct head {
    uint64_t inode;
    uint64_t offset;
    uint32_t path;
    uint32_t other;
    uint32_t data;
    uint32_t kind;
};

static char watched[PATH_MAX];
static size_t watched_size;
static int record = -1;
static const char *fault_file, *clock_file;
static long slow;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER; /* what is noted is in the order in which it was done */

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("CUTS_WATCHED"), *file = getenv("CUTS_RECORD"), *late = getenv("CUTS_SLOW");
    clock_file = getenv("CUTS_CLOCK");
    if (!folder) return;
    watched_size = strlen(strncpy(watched, folder, sizeof watched - 1));
    fault_file = getenv("CUTS_FAULT");
    slow = late ? atol(late) : 0;
    if (file) record = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

/* --- which file is meant --------------------------------------------------------------------------------------- */

static const char *below(const char *path) { /* the path inside the watched folder; NULL for any other */
    if (!watched_size || strncmp(path, watched, watched_size)) return NULL;
    if (path[watched_size] == 0) return path + watched_size;
    return path[watched_size] == '/' ? path + watched_size + 1 : NULL;
}

static const char *name_of(int descriptor, char room[PATH_MAX]) {
    char link[64];
    int keep = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t size = watched_size ? readlink(link, room, PATH_MAX - 1) : -1;
    errno = keep;
    room[size < 0 ? 0 : size] = 0;
    return below(room);
}

static const char *named(int at, const char *path, char room[PATH_MAX]) {
    char whole[2 * PATH_MAX] = "", folder[PATH_MAX];
    int keep = errno;
    if (!watched_size || !path) return NULL;
    if (path[0] != '/' && at != AT_FDCWD) {
        name_of(at, folder);
        snprintf(whole, sizeof whole, "%s/", folder);
    }
    strncat(whole, path, PATH_MAX - 1);
    for (size_t end = strlen(whole); end > 1 && whole[end - 1] == '/'; end--) whole[end - 1] = 0;
    char *slash = strrchr(whole, '/'), *last = slash ? slash + 1 : whole;
    if (slash) *slash = 0;
    char *found = realpath(slash ? (*whole ? whole : "/") : ".", folder);
    errno = keep;
    if (!found || strlen(folder) + strlen(last) + 2 > PATH_MAX) return NULL;
    snprintf(room, PATH_MAX, "%.*s/%.*s", PATH_MAX / 2, folder, PATH_MAX / 2 - 2, last);
    return below(room);
}

/* --- the record ------------------------------------------------------------------------------------------------ */

static void note(char kind, uint64_t inode, const char *path, const char *other, const void *data, struct head more) {
    int keep = errno;
    if (record < 0) return;
    more.kind = (uint32_t)kind;
    more.inode = inode;
    more.path = (uint32_t)strlen(path);
    more.other = other ? (uint32_t)strlen(other) : 0;
    struct iovec parts[] = {
        {&more, sizeof more}, {(void *)path, more.path}, {(void *)other, more.other}, {(void *)data, more.data}};
    ssize_t size = (ssize_t)(sizeof more + more.path + more.other + more.data);
    if (syscall(SYS_writev, record, parts, 4) != size) abort(); /* half a record proves nothing */
    errno = keep;
}

static uint64_t inode_of(int descriptor) {
    struct stat told;
    int keep = errno;
    uint64_t inode = fstat(descriptor, &told) ? 0 : told.st_ino;
    errno = keep;
    return inode;
}

static uint64_t inode_at(int at, const char *path) {
    struct stat told;
    int keep = errno;
    uint64_t inode = fstatat(at, path, &told, AT_SYMLINK_NOFOLLOW) ? 0 : told.st_ino;
    errno = keep;
    return inode;
}

void cut_mark(const char *text) { /* for the program itself: something outside of the disk happens now */
    pthread_mutex_lock(&turn);
    note('M', 0, "", NULL, text, (struct head){.data = (uint32_t)strlen(text)});
    pthread_mutex_unlock(&turn);
}

/* --- a disk that fails ------------------------------------------------------------------------------------------ */

struct said { char text[24]; };

static struct said said_in(const char *file) { /* what a file says now; nothing where there is none */
    struct said said = {""};
    int keep = errno, descriptor = file ? (int)syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC) : -1;
    if (descriptor >= 0) {
        if (syscall(SYS_read, descriptor, said.text, sizeof said.text - 1) < 0) said.text[0] = 0;
        syscall(SYS_close, descriptor);
    }
    errno = keep;
    return said;
}

static int fails(const char *how) { /* sets errno when the disk fails in that way now */
    static const struct { const char *name; int number; } KNOWN[] = {{"ENOSPC", ENOSPC}, {"EROFS", EROFS}, {"EIO", EIO}};
    struct said said = said_in(fault_file);
    int found = 0;
    for (size_t each = 0; each < sizeof KNOWN / sizeof *KNOWN; each++)
        if (!strcmp(said.text, KNOWN[each].name) && strstr(how, said.text)) errno = KNOWN[each].number, found = 1;
    return found;
}

static int no_room(int descriptor, off_t end) { /* a full disk takes what stands where something stood already */
    struct stat told;
    return fails("EROFS") || (!fstat(descriptor, &told) && end > told.st_size && fails("ENOSPC"));
}

static void dawdle(void) {
    struct timespec pause = {slow / 1000, slow % 1000 * 1000000};
    if (slow) nanosleep(&pause, NULL);
}

/* --- what is caught --------------------------------------------------------------------------------------------- */

#define NEXT(result, name, ...)                                           \
    static result (*next)(__VA_ARGS__);                                   \
    if (!next) next = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)
#define WATCHED(path, call) \
    if (!(path)) return call
#define IN_TURN(result, type, call, noted) \
    pthread_mutex_lock(&turn);             \
    type result = call;                    \
    if (result >= 0) { noted; }            \
    pthread_mutex_unlock(&turn);           \
    return result

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

static int opened(int at, const char *path, int flags, mode_t mode, int (*next)(int, const char *, int, ...)) {
    char room[PATH_MAX];
    const char *name = named(at, path, room);
    WATCHED(name, next(at, path, flags, mode));
    int made = flags & O_CREAT && !inode_at(at, path);
    if ((made && fails("ENOSPC")) || ((made || flags & (O_WRONLY | O_RDWR)) && fails("EROFS"))) return -1;
    IN_TURN(descriptor, int, next(at, path, flags, mode),
            if (made) note('C', inode_of(descriptor), name, NULL, NULL, (struct head){0});
            else if (flags & O_TRUNC) note('T', inode_of(descriptor), name, NULL, NULL, (struct head){0}));
}

#define OPEN(symbol, nextname)                                                 \
    int symbol(const char *path, int flags, ...) {                             \
        NEXT(int, nextname, int, const char *, int, ...);                      \
        va_list rest;                                                          \
        va_start(rest, flags);                                                 \
        mode_t mode = mode_of(flags, rest);                                    \
        va_end(rest);                                                          \
        return opened(AT_FDCWD, path, flags, mode, next);                      \
    }
#define OPENAT(symbol)                                                         \
    int symbol(int at, const char *path, int flags, ...) {                     \
        NEXT(int, symbol, int, const char *, int, ...);                        \
        va_list rest;                                                          \
        va_start(rest, flags);                                                 \
        mode_t mode = mode_of(flags, rest);                                    \
        va_end(rest);                                                          \
        return opened(at, path, flags, mode, next);                            \
    }
OPEN(open, openat)
OPEN(open64, openat64)
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int descriptor, const void *data, size_t size) {
    NEXT(ssize_t, write, int, const void *, size_t);
    char room[PATH_MAX];
    const char *name = name_of(descriptor, room);
    WATCHED(name, next(descriptor, data, size));
    if (no_room(descriptor, lseek(descriptor, 0, SEEK_CUR) + (off_t)size)) return -1;
    IN_TURN(done, ssize_t, next(descriptor, data, size),
            uint64_t place = (uint64_t)(lseek(descriptor, 0, SEEK_CUR) - done);
            note('W', inode_of(descriptor), name, NULL, data, (struct head){.offset = place, .data = (uint32_t)done}));
}

#define PWRITE(symbol)                                                                      \
    ssize_t symbol(int descriptor, const void *data, size_t size, off_t offset) {           \
        NEXT(ssize_t, symbol, int, const void *, size_t, off_t);                            \
        char room[PATH_MAX];                                                                \
        const char *name = name_of(descriptor, room);                                       \
        WATCHED(name, next(descriptor, data, size, offset));                                \
        if (no_room(descriptor, offset + (off_t)size)) return -1;                           \
        struct head more = {.offset = (uint64_t)offset};                                    \
        IN_TURN(done, ssize_t, next(descriptor, data, size, offset),                        \
                more.data = (uint32_t)done;                                                 \
                note('W', inode_of(descriptor), name, NULL, data, more));                   \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define FTRUNCATE(symbol)                                                                             \
    int symbol(int descriptor, off_t size) {                                                          \
        NEXT(int, symbol, int, off_t);                                                                \
        char room[PATH_MAX];                                                                          \
        const char *name = name_of(descriptor, room);                                                 \
        WATCHED(name, next(descriptor, size));                                                        \
        if (no_room(descriptor, size)) return -1;                                                     \
        struct head more = {.offset = (uint64_t)size};                                                \
        IN_TURN(done, int, next(descriptor, size), note('T', inode_of(descriptor), name, NULL, NULL, more)); \
    }
FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

#define SYNC(symbol)                                                                                          \
    int symbol(int descriptor) {                                                                              \
        NEXT(int, symbol, int);                                                                               \
        char room[PATH_MAX];                                                                                  \
        const char *name = name_of(descriptor, room);                                                         \
        WATCHED(name, next(descriptor));                                                                      \
        dawdle();                                                                                             \
        if (fails("EIO")) return -1;                                                                          \
        IN_TURN(done, int, next(descriptor), note('S', inode_of(descriptor), name, NULL, NULL, (struct head){0})); \
    }
SYNC(fsync)
SYNC(fdatasync)

static int moved(int from, const char *old, int to, const char *new) {
    NEXT(int, renameat, int, const char *, int, const char *);
    char room[PATH_MAX], other_room[PATH_MAX];
    const char *name = named(from, old, room), *other = named(to, new, other_room);
    WATCHED(name && other, next(from, old, to, new));
    if (fails("EROFS")) return -1;
    IN_TURN(done, int, next(from, old, to, new), note('R', inode_at(to, new), name, other, NULL, (struct head){0}));
}

int rename(const char *old, const char *new) { return moved(AT_FDCWD, old, AT_FDCWD, new); }
int renameat(int from, const char *old, int to, const char *new) { return moved(from, old, to, new); }

int link(const char *old, const char *new) {
    NEXT(int, link, const char *, const char *);
    char room[PATH_MAX], other_room[PATH_MAX];
    const char *name = named(AT_FDCWD, old, room), *other = named(AT_FDCWD, new, other_room);
    WATCHED(name && other, next(old, new));
    if (fails("EROFS ENOSPC")) return -1;
    IN_TURN(done, int, next(old, new), note('L', inode_at(AT_FDCWD, new), name, other, NULL, (struct head){0}));
}

static int removed(int at, const char *path, int flags) {
    NEXT(int, unlinkat, int, const char *, int);
    char room[PATH_MAX];
    const char *name = named(at, path, room);
    WATCHED(name, next(at, path, flags));
    if (fails("EROFS")) return -1;
    IN_TURN(done, int, next(at, path, flags), note('U', 0, name, NULL, NULL, (struct head){0}));
}

int unlink(const char *path) { return removed(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return removed(AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int at, const char *path, int flags) { return removed(at, path, flags); }

int mkdir(const char *path, mode_t mode) {
    NEXT(int, mkdir, const char *, mode_t);
    char room[PATH_MAX];
    const char *name = named(AT_FDCWD, path, room);
    WATCHED(name, next(path, mode));
    if (fails("EROFS ENOSPC")) return -1;
    IN_TURN(done, int, next(path, mode), note('D', inode_at(AT_FDCWD, path), name, NULL, NULL, (struct head){0}));
}

int clock_gettime(clockid_t which, struct timespec *now) {
    NEXT(int, clock_gettime, clockid_t, struct timespec *);
    int done = next(which, now);
    if (!done && which == CLOCK_REALTIME && clock_file) now->tv_sec += atol(said_in(clock_file).text);
    return done;
}
