/* The fourteen windows and thirteen conditions of bench/workload.py, by hand, in C.
 *
 * What the engine is measured against: written for this policy alone and for nothing else. A log of
 * columns in order of time, one cursor per window length, keys in open addressing tables that are
 * made large enough beforehand, rows asked for ahead of their use. Nothing grows, nothing is ever
 * forgotten, nothing is ever unknown: what the engine pays for those shows in the ratio.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { RULES = 13, BLOCK = 512, AHEAD = 16, NEAR = 8, HUGE_PAGE = 1 << 21 };

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* What the log remembers of a call, in the low bits beside its duration. */
enum { ANSWERED = 1, SHORT = 2, FRESH = 4, CALLEE_AGAIN = 8, ADDRESS_AGAIN = 16, BITS = 5 };

typedef struct {
    int64_t key, talk_24h;
    int32_t calls_1m, calls_1h, answered_1h, fresh_1h, reached_1h;
    int32_t answered_24h, short_24h, addresses_24h, calls_30d;
    int32_t unused[3];
} account_row; /* one cache line */

typedef struct {
    int64_t key;
    int32_t calls_5m;
    uint32_t first, last; /* candidates for the longest call: numbers of calls, from 1 */
    int32_t unused[3];
} caller_row;

typedef struct {
    int64_t key, value;
} row;

typedef struct {
    char *rows;
    uint64_t mask;
} table;

typedef struct {
    table account, caller, callee, address, prefix, reached, used;
    int64_t *at;
    uint32_t *account_of, *caller_of, *callee_of, *address_of, *prefix_of, *about, *back, *next;
    uint64_t head, tail_1m, tail_5m, tail_1h, tail_24h, tail_30d;
    int64_t now;
    int64_t fired[RULES], alerts, room;
} state;

static inline uint64_t mix(uint64_t x)
{
    x ^= x >> 32;
    x *= UINT64_C(0xd6e8feb86659fd93);
    x ^= x >> 32;
    x *= UINT64_C(0xd6e8feb86659fd93);
    return x ^ x >> 32;
}

/* Zeroed memory in large pages where the system has them, as the engine asks for too. */
static void *reserve(uint64_t bytes)
{
    void *memory = mmap(0, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        abort();
#ifdef MADV_HUGEPAGE
    madvise(memory, bytes + HUGE_PAGE, MADV_HUGEPAGE);
#endif
    return memory;
}

static table table_of(int64_t keys, uint64_t size)
{
    uint64_t slots = 1024;
    while (slots * 3 < (uint64_t)keys * 5)
        slots *= 2;
    return (table){reserve(slots * size), slots - 1};
}

/* `keys`: how many accounts, callers, callees, addresses, (account, prefix), (account, callee) and
 * (account, address) there will be. */
state *make(int64_t calls, const int64_t *keys)
{
    state *s = calloc(1, sizeof *s);
    s->account = table_of(keys[0], sizeof(account_row));
    s->caller = table_of(keys[1], sizeof(caller_row));
    s->callee = table_of(keys[2], sizeof(row));
    s->address = table_of(keys[3], sizeof(row));
    s->prefix = table_of(keys[4], sizeof(row));
    s->reached = table_of(keys[5], sizeof(row));
    s->used = table_of(keys[6], sizeof(row));
    s->room = calls;
    s->at = reserve(8 * calls);
    uint32_t **columns[] = {&s->account_of, &s->caller_of, &s->callee_of, &s->address_of,
                            &s->prefix_of,  &s->about,     &s->back,      &s->next};
    for (int i = 0; i < 8; i++)
        *columns[i] = reserve(4 * calls);
    return s;
}

void drop(state *s)
{
    table *tables[] = {&s->account, &s->caller, &s->callee, &s->address,
                       &s->prefix,  &s->reached, &s->used};
    uint64_t sizes[] = {sizeof(account_row), sizeof(caller_row), 16, 16, 16, 16, 16};
    uint32_t *columns[] = {s->account_of, s->caller_of, s->callee_of, s->address_of,
                           s->prefix_of,  s->about,     s->back,      s->next};
    for (int i = 0; i < 7; i++)
        munmap(tables[i]->rows, (tables[i]->mask + 1) * sizes[i] + HUGE_PAGE);
    for (int i = 0; i < 8; i++)
        munmap(columns[i], 4 * s->room + HUGE_PAGE);
    munmap(s->at, 8 * s->room + HUGE_PAGE);
    free(s);
}

void counts(const state *s, int64_t *out)
{
    for (int rule = 0; rule < RULES; rule++)
        out[rule] = s->fired[rule];
    out[RULES] = s->alerts;
}

/* The slot of each key, made where there is none. A key is never 0. */
static inline __attribute__((always_inline)) void find(table t, const uint64_t size,
                                                       const int64_t *keys, uint32_t *slots,
                                                       int64_t count)
{
    for (int64_t i = 0; i < count + AHEAD; i++) {
        if (i < count) {
            slots[i] = mix(keys[i]) & t.mask;
            __builtin_prefetch(t.rows + slots[i] * size, 1);
        }
        if (i < AHEAD)
            continue;
        int64_t key = keys[i - AHEAD];
        uint64_t slot = slots[i - AHEAD];
        for (;; slot = (slot + 1) & t.mask) {
            int64_t *held = (int64_t *)(t.rows + slot * size);
            if (*held == key)
                break;
            if (!*held) {
                *held = key;
                break;
            }
        }
        slots[i - AHEAD] = slot;
    }
}

#define WANT(address) __builtin_prefetch((address), 1)

static void take(state *s, int64_t count, const int64_t *at, const int64_t *account,
                 const int64_t *caller, const int64_t *callee, const int64_t *address,
                 const int64_t *prefix, const int64_t *duration, const int8_t *answered)
{
    uint32_t account_slot[BLOCK], caller_slot[BLOCK], callee_slot[BLOCK], address_slot[BLOCK];
    uint32_t prefix_slot[BLOCK], reached_slot[BLOCK], used_slot[BLOCK];
    int64_t keys[BLOCK];
    account_row *accounts = (account_row *)s->account.rows;
    caller_row *callers = (caller_row *)s->caller.rows;
    row *callees = (row *)s->callee.rows, *addresses = (row *)s->address.rows;
    row *prefixes = (row *)s->prefix.rows;
    row *reached = (row *)s->reached.rows, *used = (row *)s->used.rows;

    for (int64_t i = 0; i < count; i++)
        keys[i] = account[i] + 1;
    find(s->account, sizeof(account_row), keys, account_slot, count);
    find(s->caller, sizeof(caller_row), caller, caller_slot, count);
    find(s->callee, sizeof(row), callee, callee_slot, count);
    for (int64_t i = 0; i < count; i++)
        keys[i] = address[i] + 1;
    find(s->address, sizeof(row), keys, address_slot, count);
    for (int64_t i = 0; i < count; i++)
        keys[i] = account[i] << 40 | (prefix[i] + 1);
    find(s->prefix, sizeof(row), keys, prefix_slot, count);
    for (int64_t i = 0; i < count; i++) /* 64 of the 70 bits of a pair: exact enough to compare */
        keys[i] = mix(account[i] * UINT64_C(0x9e3779b97f4a7c15)) ^ callee[i];
    find(s->reached, sizeof(row), keys, reached_slot, count);
    for (int64_t i = 0; i < count; i++)
        keys[i] = account[i] << 32 | (address[i] + 1);
    find(s->used, sizeof(row), keys, used_slot, count);

    uint64_t head = s->head, m1 = s->tail_1m, m5 = s->tail_5m;
    uint64_t h1 = s->tail_1h, h24 = s->tail_24h, d30 = s->tail_30d, most = s->room - 1;
    int64_t now = s->now;
    for (int64_t i = 0; i < count; i++) {
        if (i + NEAR < count) {
            int64_t j = i + NEAR;
            uint64_t seen = reached[reached_slot[j]].value;
            if (seen) {
                WANT(&s->at[seen - 1]);
                WANT(&s->about[seen - 1]);
            }
            seen = used[used_slot[j]].value;
            if (seen) {
                WANT(&s->at[seen - 1]);
                WANT(&s->about[seen - 1]);
            }
            WANT(&accounts[account_slot[j]]);
            WANT(&callers[caller_slot[j]]);
            WANT(&callees[callee_slot[j]]);
            WANT(&addresses[address_slot[j]]);
            WANT(&prefixes[prefix_slot[j]]);
            uint64_t soon = m1 + NEAR < most ? m1 + NEAR : most;
            WANT(&accounts[s->account_of[soon]]);
            WANT(&addresses[s->address_of[soon]]);
            soon = m5 + NEAR < most ? m5 + NEAR : most;
            WANT(&callers[s->caller_of[soon]]);
            WANT(&callees[s->callee_of[soon]]);
            soon = h1 + NEAR < most ? h1 + NEAR : most;
            WANT(&accounts[s->account_of[soon]]);
            WANT(&prefixes[s->prefix_of[soon]]);
            soon = h24 + NEAR < most ? h24 + NEAR : most;
            WANT(&accounts[s->account_of[soon]]);
            WANT(&callers[s->caller_of[soon]]);
            soon = d30 + NEAR < most ? d30 + NEAR : most;
            WANT(&accounts[s->account_of[soon]]);
        }
        now = at[i] > now ? at[i] : now + 1;

        for (; m1 < head && s->at[m1] < now - MINUTE; m1++) {
            accounts[s->account_of[m1]].calls_1m--;
            addresses[s->address_of[m1]].value--;
        }
        for (; m5 < head && s->at[m5] < now - 5 * MINUTE; m5++) {
            callers[s->caller_of[m5]].calls_5m--;
            callees[s->callee_of[m5]].value--;
        }
        for (; h1 < head && s->at[h1] < now - HOUR; h1++) {
            account_row *a = &accounts[s->account_of[h1]];
            uint32_t about = s->about[h1];
            a->calls_1h--;
            a->answered_1h -= !!(about & ANSWERED);
            a->fresh_1h -= !!(about & FRESH);
            a->reached_1h -= !(about & CALLEE_AGAIN);
            prefixes[s->prefix_of[h1]].value -= about >> BITS;
        }
        for (; h24 < head && s->at[h24] < now - DAY; h24++) {
            account_row *a = &accounts[s->account_of[h24]];
            uint32_t about = s->about[h24];
            if (about & ANSWERED)
                a->talk_24h -= about >> BITS;
            a->answered_24h -= !!(about & ANSWERED);
            a->short_24h -= !!(about & SHORT);
            a->addresses_24h -= !(about & ADDRESS_AGAIN);
            caller_row *c = &callers[s->caller_of[h24]];
            if (c->first == h24 + 1) {
                c->first = s->next[h24];
                if (c->first)
                    s->back[c->first - 1] = 0;
                else
                    c->last = 0;
            }
        }
        for (; d30 < head && s->at[d30] < now - 30 * DAY; d30++)
            accounts[s->account_of[d30]].calls_30d--;

        uint32_t talk = duration[i], about = answered[i] ? ANSWERED : 0;
        if (answered[i] && talk <= 6000)
            about |= SHORT;
        int callee_again = 0, address_again = 0, fresh = 1;
        row *pair = &reached[reached_slot[i]];
        if (pair->value) {
            uint64_t seen = pair->value - 1;
            fresh = s->at[seen] < now - 30 * DAY;
            if (s->at[seen] >= now - HOUR) {
                callee_again = 1;
                s->about[seen] |= CALLEE_AGAIN;
            }
        }
        pair->value = head + 1;
        pair = &used[used_slot[i]];
        if (pair->value) {
            uint64_t seen = pair->value - 1;
            if (s->at[seen] >= now - DAY) {
                address_again = 1;
                s->about[seen] |= ADDRESS_AGAIN;
            }
        }
        pair->value = head + 1;
        if (fresh)
            about |= FRESH;
        s->at[head] = now;
        s->account_of[head] = account_slot[i];
        s->caller_of[head] = caller_slot[i];
        s->callee_of[head] = callee_slot[i];
        s->address_of[head] = address_slot[i];
        s->prefix_of[head] = prefix_slot[i];
        s->about[head] = talk << BITS | about;

        account_row *a = &accounts[account_slot[i]];
        caller_row *c = &callers[caller_slot[i]];
        a->calls_1m++;
        a->calls_1h++;
        a->answered_1h += !!answered[i];
        a->fresh_1h += fresh;
        a->reached_1h += !callee_again;
        if (answered[i])
            a->talk_24h += talk;
        a->answered_24h += !!answered[i];
        a->short_24h += !!(about & SHORT);
        a->addresses_24h += !address_again;
        a->calls_30d++;
        c->calls_5m++;
        int64_t to_callee = ++callees[callee_slot[i]].value;
        int64_t from_address = ++addresses[address_slot[i]].value;
        int64_t minutes = prefixes[prefix_slot[i]].value += talk;
        uint32_t last = c->last;
        while (last && s->about[last - 1] >> BITS <= talk)
            last = s->back[last - 1];
        s->back[head] = last;
        s->next[head] = 0;
        if (last)
            s->next[last - 1] = head + 1;
        else
            c->first = head + 1;
        c->last = head + 1;
        uint32_t longest = s->about[c->first - 1] >> BITS;
        head++;

        int known = a->answered_24h > 0 && a->talk_24h > 0;
        uint32_t fired = (a->calls_1m > 60)
            | (a->calls_1h > 30 && 5 * a->answered_1h < a->calls_1h) << 1
            | (known && a->talk_24h < 15000 * (int64_t)a->answered_24h) << 2
            | (known && 2 * a->short_24h > a->answered_24h) << 3
            | (a->reached_1h > 200) << 4
            | (a->addresses_24h > 5) << 5
            | (c->calls_5m > 20) << 6
            | (longest > 7200000) << 7
            | (to_callee > 10) << 8
            | (from_address > 60) << 9
            | (minutes > 36000000) << 10
            | (a->calls_1h > 20 && 5 * a->fresh_1h > 4 * a->calls_1h) << 11
            | (a->calls_30d > 100000) << 12;
        s->alerts += !!fired;
        for (; fired; fired &= fired - 1)
            s->fired[__builtin_ctz(fired)]++;
    }
    s->head = head;
    s->tail_1m = m1;
    s->tail_5m = m5;
    s->tail_1h = h1;
    s->tail_24h = h24;
    s->tail_30d = d30;
    s->now = now;
}

void process(state *s, int64_t count, const int64_t *at, const int64_t *account,
             const int64_t *caller, const int64_t *callee, const int64_t *address,
             const int64_t *prefix, const int64_t *duration, const int8_t *answered)
{
    for (int64_t i = 0; i < count; i += BLOCK) {
        int64_t size = count - i < BLOCK ? count - i : BLOCK;
        take(s, size, at + i, account + i, caller + i, callee + i, address + i, prefix + i,
             duration + i, answered + i);
    }
}
