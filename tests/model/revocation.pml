/* Renewal against revocation: a session that was ended must not come back.
 *
 *   Sidecar x 3  serve two clients and a thief who has the same cookie: SessionService::validate_one, with the steps of
 *                RedisStore::try_replace, where WATCH lets EXEC do nothing if the key was touched in between
 *   Revoker      SessionService::revoke, RedisStore::revoke: one DEL, asked again until it is acknowledged
 *
 * The server does one command at a time. A command may be lost on its way, its answer too, and one that its sidecar has
 * given up on may still be carried out at any later time (it waits in the socket of a server that hangs).
 *
 * Properties:
 *   1  no request that starts after the acknowledgement of a revocation is allowed
 *   2  no write after the revocation brings the record back
 *   4  no renewal undoes what another write did in between (here: a change of attributes)
 * Broken on purpose: PLAIN_WRITE (SET), CHECK_THEN_SET (GET, then SET: what was read may be gone by then),
 * XX_ONLY (SET XX without WATCH: does not bring anything back, but undoes).
 */

#ifndef PROPERTIES
#define PROPERTIES 7
#endif
#ifndef SIDECARS
#define SIDECARS 2
#endif
#define CHECK(property, truth) if :: (PROPERTIES & property) != 0 -> assert(truth) :: else fi

/* The record: is it there, is it renewed, which attributes has it. */
bool is_there = true;
bool is_renewed;
byte attributes;

bool revoked;      /* the server has done the DEL */
bool acknowledged; /* and whoever asked for it knows */

/* One bit for each sidecar's connection that watches the key. */
byte watching;
byte touched;
#define MINE (1 << me)

/* What every write to the key does to those who watch it. */
inline touch() {
    touched = touched | watching
}

/* EXEC, or what stands for it: carried out by the server in one go. */
inline write() {
    if
#if defined(PLAIN_WRITE) || defined(CHECK_THEN_SET)
    :: true ->
#elif defined(XX_ONLY)
    :: is_there ->
#else
    :: (touched & MINE) == 0 && is_there ->
#endif
        CHECK(2, !revoked);
        CHECK(4, attributes == found_attributes);
        is_there = true;
        is_renewed = true;
        attributes = found_attributes;
        touch()
    :: else
    fi;
    watching = watching & ~MINE;
    touched = touched & ~MINE
}

proctype Sidecar(byte me) {
    bool found;
    bool renews;
    byte found_attributes;
    bool starts_late;

end:
    do
    :: atomic { starts_late = acknowledged; found = is_there; renews = is_there && !is_renewed;
                found_attributes = attributes };
       if
       :: renews ->
          /* WATCH, GET: is it still what was read? */
          atomic {
#ifdef PLAIN_WRITE
            skip
#else
            if
            :: !is_there -> found = false; renews = false
            :: is_there && (is_renewed || attributes != found_attributes) -> renews = false
            :: else -> watching = watching | MINE
            fi
#endif
          };
          if
          :: renews ->
             if
             :: atomic { write(); renews = false }
             :: atomic { renews -> watching = watching & ~MINE; touched = touched & ~MINE; renews = false } /* lost */
             :: true /* we give up: carried out later */
             fi
          :: else
          fi
       :: else
       fi;
       atomic {
            CHECK(1, !found || !starts_late);
            found = false;
            starts_late = false
       };
       if
       :: renews -> atomic { write(); renews = false }
       :: else
       fi;
       found_attributes = 0
    od
}

active proctype Revoker() {
    atomic { is_there = false; revoked = true; touch() };
    acknowledged = true
}

/* SessionService::change_attributes on yet another sidecar: a conditional write like the one above, made in one go. */
active proctype Application() {
    atomic {
        if
        :: is_there -> attributes = 1; touch()
        :: else
        fi
    }
}

/* Time passes and the session is idle again. */
active proctype Clock() {
end:
    do
    :: is_renewed -> is_renewed = false
    od
}

init {
    byte i;
    atomic {
        for (i : 0 .. SIDECARS - 1) { run Sidecar(i) }
    }
}
