/* The record of one session and what a use of a token does to it: core/rotation.cpp, function by function.
 *
 * A token is a number; 0 is none. A salt is the number of the token that it derives: HMAC(current secret, salt) is the
 * same for everyone who holds that token, so a successor is known by its salt. Times are ticks.
 */

/* core::SessionRecord, as far as a decision looks at it. Here nobody revokes: revocation.pml has that. */
typedef Record {
    byte hash;           /* the current token */
    byte next;           /* PendingSuccessor; 0: none */
    byte previous;       /* PreviousSecret::hash; 0: none */
    byte salt;           /* PreviousSecret::salt; 0: erased, so the previous token is retired */
    byte promoted_at;
    byte active_until
}

#define FRESH 255 /* a successor that gets its number when it is written */

/* SessionRecord::operator==, which SessionStore::replace compares with. */
#define SAME(a, b) (a.hash == b.hash && a.next == b.next && a.previous == b.previous && a.salt == b.salt && \
                    a.promoted_at == b.promoted_at && a.active_until == b.active_until)

inline copy(to, from) {
    to.hash = from.hash;
    to.next = from.next;
    to.previous = from.previous;
    to.salt = from.salt;
    to.promoted_at = from.promoted_at;
    to.active_until = from.active_until
}

inline clear(record) {
    record.hash = 0;
    record.next = 0;
    record.previous = 0;
    record.salt = 0;
    record.promoted_at = 0;
    record.active_until = 0
}

/* renewal_at: new periods when the session is idle. It has no idle end here: who stays away for that long is signed out
 * by the rules, not by a race. */
#define IS_IDLE(record) (now > record.active_until)

#ifdef NEVER_RETIRED
#define IS_RETIRED(record) false
#else
#define IS_RETIRED(record) (record.salt == 0 || now > record.promoted_at + GRACE_MAX)
#endif
#define PREVIOUS_IS_DUE(record) (record.previous != 0 && record.salt != 0 && now > record.promoted_at + GRACE)

/* A pending successor is never replaced, and there is no new one while the previous token is in use. */
#ifdef REPLACED_SUCCESSOR
#define MAY_PREPARE (desired.salt == 0)
#else
#define MAY_PREPARE (desired.next == 0 && desired.salt == 0)
#endif

/* Rule 1, and the retirement of rule 4. */
inline use_of_current() {
    replacement = found.next;
    copy(desired, found);
    if
    :: PREVIOUS_IS_DUE(found) -> desired.salt = 0; wants_write = true
    :: else
    fi;
    if
    :: IS_IDLE(found) ->
        wants_write = true;
        desired.active_until = now + ACTIVE;
#ifdef ONE_PHASE
        desired.hash = FRESH /* what is being shown not to work: the successor replaces the token at once */
#else
        if
        :: MAY_PREPARE -> desired.next = FRESH
        :: else
        fi
#endif
    :: else
    fi
}

/* Rule 2. */
inline use_of_successor() {
    replacement = 0;
    copy(desired, found);
    wants_write = true;
    desired.previous = found.hash;
    desired.salt = found.next;
    desired.promoted_at = now;
    desired.hash = found.next;
    desired.next = 0;
    if
    :: IS_IDLE(found) -> desired.active_until = now + ACTIVE
    :: else
    fi
}

/* core::decide: `found` and `token` to `allowed`, `replacement`, `wants_write` and `desired`. */
inline decide() {
    wants_write = false;
    allowed = true;
    if
    :: found.next != 0 && token == found.next -> use_of_successor()
    :: else ->
        if
        :: token == found.hash -> use_of_current()
        :: token != found.hash && token == found.previous -> /* rule 3 */
            allowed = !IS_RETIRED(found);
            replacement = (allowed -> found.salt : 0)
        :: else -> allowed = false /* rule 5 */
        fi
    fi
}
