/* What the shards of one sidecar share: the memo, flights, and the barrier of a revocation.
 *
 *   Shard x 3   requests of one scope, with or without its header: SessionService::validate, share_verdict,
 *               validate_one, ScopeMemo::ask and land, SessionFlights::board and land, read and lead_read
 *   Revoker     SessionService::revoke on any shard: the store's answer, the barrier, the acknowledgement
 *   Sidecar     another one, which prepares a successor and gives it to the client; nothing tells this one
 *
 * Two clients and a thief ask, with the token of creation (0) or, from when the other sidecar has told the client, its
 * successor (1); with ONE_TOKEN, for a smaller run, there is none.
 *
 * Properties:
 *   1  no request that starts after the acknowledgement is allowed
 *   2  no request with a good token is denied before there was a revocation: by a read that is older than the token
 * Broken on purpose: NO_BARRIER, EARLY_BARRIER (raised before the store has answered), MEMO_OF_LANDING (an entry gets
 * the number that stands when it is made), JOIN_ANY_FLIGHT (whatever was changed since it began), DENY_FROM_OLD_READ.
 */

#ifndef PROPERTIES
#define PROPERTIES 3
#endif
#ifndef SHARDS
#define SHARDS 2
#endif
#ifndef REQUESTS
#define REQUESTS 2 /* that each shard serves, one after the other */
#endif
#define NONE 255
#define CHECK(property, truth) if :: (PROPERTIES & property) != 0 -> assert(truth) :: else fi

/* The record: is it there, does it know the successor. */
bool is_there = true;
bool knows_successor;

bool client_has_successor;
bool revocation_began;
bool acknowledged;

byte changes; /* Commons::changes of the session's bucket */

/* SessionFlights: one flight of each shard, which it leads; and the one that may be joined. */
byte last_number;
byte boarding = NONE;
byte number[SHARDS];
byte flight_changes[SHARDS];
byte passengers[SHARDS]; /* a bit for each shard that waits for it */

/* What a landed flight has put into the mailbox of a shard that waited: SessionRead. */
bool has_read[SHARDS];
bool read_is_there[SHARDS];
bool read_knows[SHARDS];
byte read_number[SHARDS];

/* ScopeMemo, for each token: an answer, and the flight that finds it. */
bool is_known[2];
bool known_allow[2];
byte known_changes[2];
byte scope_leader[2] = NONE;
byte scope_changes[SHARDS];
byte scope_passengers[SHARDS];
bool has_verdict[SHARDS];
bool verdict[SHARDS];

#ifdef JOIN_ANY_FLIGHT
#define MAY_JOIN(flight) true
#else
#define MAY_JOIN(flight) (flight_changes[flight] == changes)
#endif

/* SessionFlights::board, and the read of the store or the wait for somebody else's. */
inline read_store(after) {
    atomic {
        if
        :: boarding != NONE && number[boarding] > after && MAY_JOIN(boarding) ->
            passengers[boarding] = passengers[boarding] | (1 << me);
            leads = false
        :: else ->
            last_number++;
            number[me] = last_number;
            flight_changes[me] = changes;
            boarding = me;
            leads = true
        fi
    };
    if
    :: leads ->
        atomic { found_there = is_there; found_knows = knows_successor }; /* SessionStore::find */
        atomic { /* land */
            boarding = (boarding == me -> NONE : boarding);
            for (i : 0 .. SHARDS - 1) {
                if
                :: (passengers[me] & (1 << i)) != 0 ->
                    has_read[i] = true;
                    read_is_there[i] = found_there;
                    read_knows[i] = found_knows;
                    read_number[i] = number[me]
                :: else
                fi
            }
            i = 0;
            passengers[me] = 0;
            found_number = number[me];
            number[me] = 0;
            flight_changes[me] = 0
        }
    :: else ->
        atomic {
            has_read[me];
            has_read[me] = false;
            found_there = read_is_there[me];
            found_knows = read_knows[me];
            found_number = read_number[me];
            read_is_there[me] = false;
            read_knows[me] = false;
            read_number[me] = 0
        }
    fi
}

/* SessionService::validate_one without writes, which rotation.pml has. */
inline validate_one() {
    begun = last_number;
    read_store(0);
    allowed = found_there && (token == 0 || found_knows);
#ifndef DENY_FROM_OLD_READ
    if
    :: !allowed && found_number <= begun ->
        read_store(begun);
        allowed = found_there && (token == 0 || found_knows)
    :: else
    fi
#endif
}

inline answer(yes) {
    CHECK(1, !yes || !starts_late);
    CHECK(2, yes || revocation_began)
}

/* ScopeMemo::land. */
inline land_verdict() {
    if
    :: scope_leader[token] == me ->
        scope_leader[token] = NONE;
        is_known[token] = true;
        known_allow[token] = allowed;
#ifdef MEMO_OF_LANDING
        known_changes[token] = changes
#else
        known_changes[token] = question
#endif
    :: else
    fi;
    for (i : 0 .. SHARDS - 1) {
        if
        :: (scope_passengers[me] & (1 << i)) != 0 -> has_verdict[i] = true; verdict[i] = allowed
        :: else
        fi
    }
    i = 0;
    scope_passengers[me] = 0;
    scope_changes[me] = 0
}

proctype Shard(byte me) {
    byte token;
    byte question;
    byte begun;
    byte found_number;
    bool starts_late;
    bool leads;
    bool found_there;
    bool found_knows;
    bool allowed;
    byte i;
    byte served;

    do
    :: served == REQUESTS -> break
    :: served < REQUESTS ->
       atomic {
            served++;
            starts_late = acknowledged;
            if
            :: token = 0
            :: client_has_successor -> token = 1
            fi
       };
       if
       :: true -> /* no scope */
          validate_one();
          answer(allowed)
       :: true -> /* share_verdict */
          question = changes;
          atomic { /* ScopeMemo::ask */
            if
            :: is_known[token] && known_changes[token] == question ->
                answer(known_allow[token]);
                goto served_it
            :: else ->
                if
                :: scope_leader[token] != NONE && scope_changes[scope_leader[token]] == question ->
                    scope_passengers[scope_leader[token]] = scope_passengers[scope_leader[token]] | (1 << me);
                    leads = false
                :: else ->
                    scope_leader[token] = me;
                    scope_changes[me] = question;
                    leads = true
                fi
            fi
          };
          if
          :: leads ->
             validate_one();
             atomic { land_verdict(); answer(allowed) }
          :: else ->
             atomic { has_verdict[me]; has_verdict[me] = false; allowed = verdict[me]; verdict[me] = false };
             answer(allowed)
          fi
       fi;
served_it:
       atomic {
            token = 0;
            question = 0;
            begun = 0;
            found_number = 0;
            starts_late = false;
            leads = false;
            found_there = false;
            found_knows = false;
            allowed = false
       }
    od
}

active proctype Revoker() {
    revocation_began = true;
#ifdef EARLY_BARRIER
    changes++;
#endif
    is_there = false;
#if !defined(EARLY_BARRIER) && !defined(NO_BARRIER)
    changes++;
#endif
    acknowledged = true
}

#ifndef ONE_TOKEN
active proctype Sidecar() {
    knows_successor = true;
    client_has_successor = true
}
#endif

init {
    byte i;
    atomic {
        for (i : 0 .. SHARDS - 1) { run Shard(i) }
    }
}
