/* Near-caches that Redis tells of changes, and a revocation on one sidecar while others answer from memory.
 *
 *   Reader      each sidecar's requests: SessionService::kept and kept_allow, lead_read, decide,
 *               RedisStore::version_of
 *   Link        each sidecar's invalidation link: adapters/redis/tracking.cpp, lease.hpp, link.cpp
 *   Server      Redis, command by command; what it tells a link arrives in order, pongs among the messages
 *   Revoker     sidecar REVOKER: RedisStore::revoke and SessionService::revoke
 *   Clock       time in ticks, of which the lease lasts LEASE; a count stays where nobody tells the difference any more
 *
 * A link may be cut at any time, with what is under way on it, and its sidecar finds out at any time later. Sidecars do
 * not talk to each other, so one that revokes and one that does not, each with the server, are all there is to see; the
 * full configuration has both at once.
 *
 * Properties:
 *   1  no request that starts after the acknowledgement on the revoking sidecar itself is allowed
 *   2  none that starts LEASE ticks after it or later on another sidecar is allowed
 * Broken on purpose: FILL_UNDER_NEW_VERSION (kept under the version at the time of filling), NO_OWN_RAISE (the revoker
 * leaves its own cache to the link), NO_LEASE (what was confirmed once is believed until the loss is noticed),
 * LEASE_FROM_PONG (counted from the answer instead of from the question), LOSS_FORGETS_NOTHING (a lost link empties
 * nothing).
 */

#ifndef PROPERTIES
#define PROPERTIES 3
#endif
#ifndef SIDECARS
#define SIDECARS 1
#endif
#ifndef REVOKER
#define REVOKER 0 /* which of them; SIDECARS: one that is not looked at */
#endif
#ifndef CUTS
#define CUTS 1
#endif
#define LEASE 2
#define CHECK(property, truth) if :: (PROPERTIES & property) != 0 -> assert(truth) :: else fi

mtype = { message, pong };

bool is_there = true; /* the record, on the server */

bool acknowledged;
byte since_acknowledged; /* ticks, LEASE at most */

/* Of each sidecar: */
byte version[SIDECARS];  /* Versions::of(bucket) */
bool is_kept[SIDECARS];  /* NearCache: a record under... */
byte kept_as[SIDECARS];  /* ...this version */
byte lease[SIDECARS];    /* ticks that Lease::is_held goes on for */
bool is_confirmed[SIDECARS];

/* Of each link: */
bool is_registered[SIDECARS]; /* the server tells it of changes */
bool is_cut[SIDECARS];        /* nothing gets through any more, and the sidecar does not know yet */
bool is_asked[SIDECARS];      /* a ping is on its way to the server */
bool is_pinging[SIDECARS];    /* and not answered yet */
byte ping_age[SIDECARS];
chan told[SIDECARS] = [3] of { mtype };
byte cuts;

#ifdef NO_LEASE
#define IS_VOUCHED_FOR is_confirmed[me]
#else
#define IS_VOUCHED_FOR (lease[me] > 0)
#endif

proctype Reader(byte me) {
    bool starts_late;     /* since the acknowledgement on this sidecar */
    bool starts_too_late; /* since the acknowledgement and the window of the others */
    bool has_version;
    byte as;
    bool found;

end:
    do
    :: atomic {
        starts_late = acknowledged && me == REVOKER;
        starts_too_late = acknowledged && since_acknowledged >= LEASE;
        has_version = IS_VOUCHED_FOR
       };
       atomic { /* kept_allow; the lease was looked at before, the version is read now */
        as = version[me];
        if
        :: has_version && is_kept[me] && kept_as[me] == as ->
            CHECK(1, !starts_late);
            CHECK(2, !starts_too_late);
            goto done
        :: else
        fi
       };
       has_version = IS_VOUCHED_FOR; /* lead_read, before the read: a write in between makes it an old one */
       as = (has_version -> version[me] : 0);
       found = is_there; /* the server answers */
       atomic {          /* and the answer has arrived */
            if
            :: found ->
                CHECK(1, !starts_late);
                CHECK(2, !starts_too_late);
                if
                :: has_version ->
                    is_kept[me] = true;
#ifdef FILL_UNDER_NEW_VERSION
                    kept_as[me] = version[me]
#else
                    kept_as[me] = as
#endif
                :: else
                fi
            :: else
            fi
       };
done:  atomic { starts_late = false; starts_too_late = false; has_version = false; as = 0; found = false }
    od
}

inline raise(sidecar) {
    version[sidecar]++;
    is_kept[sidecar] = is_kept[sidecar] && kept_as[sidecar] == version[sidecar]; /* never again: fewer states */
    kept_as[sidecar] = (is_kept[sidecar] -> kept_as[sidecar] : 0)
}

inline lose(sidecar) {
    is_registered[sidecar] = false;
    is_cut[sidecar] = true;
    is_asked[sidecar] = false;
    do
    :: told[sidecar] ? _
    :: empty(told[sidecar]) -> break
    od
}

/* Tracking: what it hears, what it asks, and when it finds out that it is alone. */
proctype Link(byte me) {
    mtype heard;

end:
    do
    :: atomic { told[me] ? heard ->
        if
        :: heard == message -> raise(me)
        :: heard == pong ->
            is_pinging[me] = false;
#ifdef LEASE_FROM_PONG
            lease[me] = LEASE;
#else
            lease[me] = LEASE - ping_age[me];
#endif
            ping_age[me] = 0
        fi;
        heard = 0
       }
    :: atomic { is_confirmed[me] && !is_pinging[me] -> is_pinging[me] = true; is_asked[me] = !is_cut[me] }
    :: atomic { is_cut[me] && is_confirmed[me] -> /* Tracking::lost */
        is_confirmed[me] = false;
        is_pinging[me] = false;
        ping_age[me] = 0;
        lease[me] = 0;
#ifndef LOSS_FORGETS_NOTHING
        raise(me)
#endif
       }
    :: atomic { is_cut[me] && !is_confirmed[me] -> /* Tracking::begin, and the server registers it */
        is_cut[me] = false;
        is_registered[me] = true
       }
    :: atomic { is_registered[me] && !is_confirmed[me] -> /* Tracking::hear_answer */
#ifndef LOSS_FORGETS_NOTHING
        raise(me);
#endif
        is_confirmed[me] = true
       }
    od
}

/* Redis hands its messages out before it acknowledges the write that caused them, and answers pings in order with
 * them. */
proctype Server(byte link) {
end:
    do
    :: atomic { is_asked[link] && nfull(told[link]) -> is_asked[link] = false; told[link] ! pong }
    :: atomic { cuts < CUTS && is_registered[link] -> cuts++; lose(link) }
    od
}

active proctype Revoker() {
    byte i;

    atomic {
        is_there = false;
        for (i : 0 .. SIDECARS - 1) {
            if
            :: is_registered[i] -> told[i] ! message
            :: else
            fi
        }
    };
#if REVOKER < SIDECARS && !defined(NO_OWN_RAISE)
    atomic { raise(REVOKER) };
#endif
    acknowledged = true
}

inline tick(sidecar) {
    lease[sidecar] = (lease[sidecar] > 0 -> lease[sidecar] - 1 : 0);
    ping_age[sidecar] = (is_pinging[sidecar] && ping_age[sidecar] < LEASE -> ping_age[sidecar] + 1 : ping_age[sidecar])
}

active proctype Clock() {
    byte i;

end:
    do
    :: atomic {
        for (i : 0 .. SIDECARS - 1) { tick(i) }
        i = 0;
        since_acknowledged = (acknowledged && since_acknowledged < LEASE -> since_acknowledged + 1 : since_acknowledged)
       }
    od
}

init {
    byte i;
    atomic {
        for (i : 0 .. SIDECARS - 1) {
            is_cut[i] = true; /* not connected yet */
            run Reader(i);
            run Link(i);
            run Server(i)
        }
    }
}
