package session

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

var sessgate = http.Client{Timeout: time.Second} // no Jar: the cookies are the browser's, not ours

type Session struct{ SessionID, UserID, State string }

// Get returns the session behind a browser's request, or nil. An error says that sessgate cannot tell: answer 503
// then, not "signed out".
func Get(w http.ResponseWriter, r *http.Request) (*Session, error) {
	call, _ := http.NewRequestWithContext(r.Context(), "GET", "http://127.0.0.1:8080/session", nil)
	call.Header.Set("X-Forwarded-Method", r.Method)
	for _, name := range []string{"Cookie", "Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "X-Request-Id"} {
		call.Header[http.CanonicalHeaderKey(name)] = r.Header.Values(name)
	}
	answer, err := sessgate.Do(call)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK { // 503: unavailable
		return nil, fmt.Errorf("sessgate answers %s", answer.Status)
	}
	var body struct {
		Session   *Session
		SetCookie []string
	}
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
		return nil, err
	}
	for _, line := range body.SetCookie {
		w.Header().Add("Set-Cookie", line)
	}
	return body.Session, nil
}
