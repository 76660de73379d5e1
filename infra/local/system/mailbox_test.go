package system

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"aanspreekpunt/shared/mail"
)

func TestMailbox(t *testing.T) {
	t.Parallel()
	var box mailbox
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+sesPath+mailPath, box.send)
	mux.HandleFunc("GET /dev/mail", box.show)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	show := func(accept string) string {
		r := httptest.NewRequest("GET", "/dev/mail", nil)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		return w.Body.String()
	}
	if got := show("*/*"); got != `{"total":0,"items":[]}`+"\n" {
		t.Errorf("empty: %s", got)
	}

	// The functions' own client is what sends here.
	environment := map[string]string{"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
		"MAIL_FROM": "from@example.example", "AWS_ENDPOINT_URL_SESV2": server.URL + sesPath}
	sender, err := mail.FromEnvironment(func(name string) string { return environment[name] })
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		m := mail.Message{To: fmt.Sprintf("to%d@example.example", i), Subject: "Onderwerp <b>", Paragraphs: []string{"Eerst <script>", "Laatst"}, Link: "https://x.example/"}
		if err := sender.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	var got struct {
		Total int
		Items []Mail
	}
	if err := json.Unmarshal([]byte(show("application/json")), &got); err != nil {
		t.Fatal(err)
	}
	if got.Total != 12 || got.Items[0].To[0] != "to11@example.example" || got.Items[0].From != "from@example.example" || got.Items[0].Subject != "Onderwerp <b>" ||
		!strings.Contains(got.Items[0].Text, "Eerst <script>") || !strings.Contains(got.Items[0].HTML, "&lt;script&gt;") {
		t.Errorf("got %d, first %+v", got.Total, got.Items[0])
	}
	if page := show("text/html,*/*"); !strings.Contains(page, "to0@example.example") || strings.Contains(page, "<script>") {
		t.Errorf("the page: %s", page)
	}
	for accept, page := range map[string]bool{"": false, "*/*": false, "application/json, text/html;q=0.5": false, "text/html;q=0, */*": false, "text/html;q=0.1, text/plain": true,
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": true, "application/json;q=0.1, text/html": true, "application/json, text/html": false, "text/html;q=x, */*": false} {
		if got := show(accept); strings.HasPrefix(got, "<!doctype html>") != page {
			t.Errorf("Accept %q: a page is wanted: %v, got %.20s", accept, page, got)
		}
	}
	for _, body := range []string{"", "{", "{}", `{"FromEmailAddress":"a@b.example","Destination":{"ToAddresses":["c@d.example"]},"Content":{"Raw":{}}}`} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("POST", sesPath+mailPath, strings.NewReader(body)))
		if w.Code != 400 || w.Header().Get("X-Amzn-Errortype") == "" {
			t.Errorf("%q: %d", body, w.Code)
		}
	}
}
