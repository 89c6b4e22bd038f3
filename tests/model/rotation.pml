/* Two-phase rotation: lost and late answers, lost Set-Cookies, a browser that crashes, a thief with a copy.
 *
 * Each actor's requests go to a sidecar of its own, so three sidecars work on one session at once. What a sidecar
 * remembers between requests is the business of near_cache.pml and commons.pml; here every read asks the store.
 *
 *   Actor 0, 1   two tabs of one browser, which share its cookie jar
 *   Actor 2      the thief (WITH_THIEF): one copy of the cookie, made at any time, used for ever
 *   Clock        time, which waits for what is never longer under way than the grace: answers, and cookies to disk
 *   Disk         the browser writes its cookies to disk late, and comes back from a crash with what stands there
 *
 * Properties; PROPERTIES is the sum of those to check:
 *   1  no honest client is ever signed out, by a race, a lost answer, a crash, or a thief who replays: its browser's
 *      cookie is always good
 *   2  a token that was superseded when a request began never gets it a session
 *   4  a token has at most one successor
 *   8  not even one request of an honest client is denied (this is more than 1: with a crash it does not hold)
 * Broken on purpose: PLAIN_WRITE here; ONE_PHASE, REPLACED_SUCCESSOR, NEVER_RETIRED in decide.pml; RETIRED_AT_ONCE.
 * Limits of the design and not mistakes, as docs/security.md tells: THIEF_FOLLOWS, STAYS_AWAY, SECOND_CRASH.
 */

#ifndef PROPERTIES
#define PROPERTIES 15
#endif
#ifndef TABS
#define TABS 2
#endif
#ifndef END
#define END 6
#endif

/* A request is answered within a tick. With crashes: a cookie is on disk within a tick. The grace is as long as both
 * together. The active period is shorter than what settings allow (5 times the grace): more overlaps, fewer states. */
#define FLIGHT 1
#ifdef CRASHES
#define FLUSH 1
#else
#define FLUSH 0
#endif
#ifdef RETIRED_AT_ONCE
#define GRACE 0
#else
#define GRACE (FLIGHT + FLUSH)
#endif
#define GRACE_MAX 4
#define ACTIVE 1

#define THIEF 2
#define TOKENS 10

#define CHECK(property, truth) if :: (PROPERTIES & property) != 0 -> assert(truth) :: else fi

#include "decide.pml"

Record store;
byte now;
byte last_token = 1; /* numbers given so far */

byte jar = 1; /* the browser's cookie */
byte disk = 1; /* and what of it a crash leaves */
byte jar_since;
bool crashed;
byte stolen;

bool busy[3];
byte started[3];

/* What the properties talk about; nothing reads these to decide. */
bool superseded[TOKENS];
byte successor[TOKENS];

/* SessionStore::replace. A successor gets its number here: one that was never written was never shown to anybody. */
#ifdef PLAIN_WRITE
#define STORE_HOLDS_EXPECTED true
#else
#define STORE_HOLDS_EXPECTED SAME(store, found)
#endif

/* Where a renewal puts the successor. */
#ifdef ONE_PHASE
#define PREPARED desired.hash
#else
#define PREPARED desired.next
#endif

inline note_superseded() {
    if
    :: store.previous != 0 && store.salt == 0 -> superseded[store.previous] = true
    :: else
    fi
}

inline replace(outcome) {
    if
    :: STORE_HOLDS_EXPECTED ->
        if
        :: PREPARED == FRESH ->
            assert(last_token < TOKENS - 1);
            last_token++;
            replacement_written = last_token;
            PREPARED = last_token
        :: else -> replacement_written = desired.next
        fi;
        copy(store, desired);
        note_superseded();
        outcome = true
    :: else -> outcome = false
    fi
}

/* Verdict and Set-Cookie on their way back to the client; either may be lost. */
inline answer() {
    if
    :: !allowed -> CHECK(1, me == THIEF || token != jar); CHECK(8, me == THIEF)
    :: else ->
        CHECK(2, !was_superseded);
        if
        :: replacement != 0 ->
            CHECK(4, successor[token] == 0 || successor[token] == replacement);
            successor[token] = replacement
        :: else
        fi
    fi
}

inline receive() {
    if
    :: allowed && replacement != 0 && me != THIEF && jar != replacement ->
        jar = replacement;
#ifdef CRASHES
        jar_since = now
#else
        disk = jar
#endif
#ifdef THIEF_FOLLOWS
    :: allowed && replacement != 0 && me == THIEF -> stolen = replacement
#endif
    :: true /* lost, or nothing to take over */
    fi
}

/* A write whose sidecar gave up on it may be made at any time. But where the browser crashes as well, it has to be made
 * before the grace is over: a promotion counts from when it was decided.
 */
#ifdef CRASHES
#define LATE_WRITES_ARE_SOON true
#else
#define LATE_WRITES_ARE_SOON false
#endif

/* A client's request and the sidecar that serves it: SessionService::validate_one. */
proctype Actor(byte me) {
    Record found;
    Record desired;
    byte token;
    byte replacement;
    byte replacement_written;
    bool allowed;
    bool wants_write;
    bool was_superseded;
    bool replaced;
    bool late;
    bit attempt;

end:
    do
    :: atomic {
        me != THIEF || stolen != 0 || jar != 0;
        if
        :: me != THIEF -> token = jar
        :: me == THIEF && stolen == 0 -> stolen = jar; token = stolen
        :: me == THIEF && stolen != 0 -> token = stolen
        fi;
        busy[me] = true;
        started[me] = now;
        was_superseded = superseded[token] || (store.previous == token && now > store.promoted_at + GRACE_MAX);
       };
       do
       :: atomic {
            copy(found, store); /* SessionStore::find */
            decide()
          };
          if
          :: !wants_write -> break
          :: atomic {
                wants_write ->
                replace(replaced);
                if
                :: replaced -> replacement = replacement_written; break
                :: !replaced && attempt == 1 -> break /* attempts_max */
                :: !replaced && attempt == 0 -> attempt = 1
                fi
             }
          :: atomic { wants_write -> replace(replaced); break }  /* made or not, and the answer is lost */
          :: atomic { wants_write -> late = true; break }        /* not made yet when our time is up */
          fi
       od;
       atomic { answer(); receive(); busy[me] = late && LATE_WRITES_ARE_SOON };
       if
       :: late -> atomic { replace(replaced); late = false }
       :: late = false
       fi;
       d_step {
            busy[me] = false;
            started[me] = 0;
            clear(found);
            clear(desired);
            token = 0;
            replacement = 0;
            replacement_written = 0;
            allowed = false;
            wants_write = false;
            was_superseded = false;
            replaced = false;
            attempt = 0
       }
    od
}

/* Whoever gets an old cookie back from a crash comes again before the longest grace is over. */
#ifdef STAYS_AWAY
#define COMES_BACK true
#else
#define COMES_BACK (jar != store.previous || now < store.promoted_at + GRACE_MAX - FLIGHT)
#endif

#define IN_TIME(actor) (!busy[actor] || now < started[actor] + FLIGHT)

active proctype Clock() {
end:
    do
    :: atomic {
        now < END && COMES_BACK && IN_TIME(0) && IN_TIME(1) && IN_TIME(2) &&
        (disk == jar || now < jar_since + FLUSH) -> now++
       }
    od
}

#ifdef CRASHES
#ifdef SECOND_CRASH
#define MAY_CRASH true
#else
#define MAY_CRASH !crashed
#endif
active proctype Disk() {
end:
    do
    :: atomic { disk != jar -> disk = jar; jar_since = 0 }
    :: atomic { disk != jar && MAY_CRASH -> jar = disk; jar_since = 0; crashed = true }
    od
}
#endif

init {
    byte i;
    atomic {
        store.hash = 1;
        store.active_until = 0; /* signed in a while ago: idle from the first tick on */
        for (i : 0 .. TABS - 1) { run Actor(i) }
#ifdef WITH_THIEF
        run Actor(THIEF)
#endif
    }
}
