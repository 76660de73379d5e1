package system

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"aanspreekpunt/infra/local/front"
)

//go:embed mail.gohtml
var mailText string

var mailPage = template.Must(template.New("mail").Parse(mailText))

// mailsKept is how many mails the mailbox remembers.
const mailsKept = 1000

// Mail is a message that a function sent.
type Mail struct {
	ID      string    `json:"id"`
	SentAt  time.Time `json:"sentAt"`
	From    string    `json:"from"`
	To      []string  `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	HTML    string    `json:"html"`
}

// mailbox takes what functions send, in Amazon SES's place, and shows it.
type mailbox struct {
	mu    sync.Mutex
	sent  int
	mails []Mail // newest last
}

// sesPath is the endpoint that stands in for SES, and mailPath where its client sends, under it.
const (
	sesPath  = "/dev/ses"
	mailPath = "/v2/email/outbound-emails"
)

// send is SES's SendEmail for plain messages.
func (b *mailbox) send(w http.ResponseWriter, r *http.Request) {
	type part struct{ Data string }
	var in struct {
		FromEmailAddress string
		Destination      struct{ ToAddresses []string }
		Content          struct {
			Simple *struct {
				Subject part
				Body    struct{ Text, HTML part }
			}
		}
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, front.MaxBodyBytes)).Decode(&in)
	w.Header().Set("Content-Type", "application/json")
	simple := in.Content.Simple
	if err != nil || simple == nil || in.FromEmailAddress == "" || len(in.Destination.ToAddresses) == 0 || simple.Subject.Data == "" {
		w.Header().Set("X-Amzn-Errortype", "BadRequestException")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"message":"want a plain message with a sender, a receiver and a subject"}`)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent++
	id := strconv.Itoa(b.sent)
	b.mails = append(b.mails, Mail{id, time.Now().UTC(), in.FromEmailAddress, in.Destination.ToAddresses, simple.Subject.Data, simple.Body.Text.Data, simple.Body.HTML.Data})
	if len(b.mails) > mailsKept {
		b.mails = slices.Clone(b.mails[len(b.mails)-mailsKept:])
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"MessageId": id})
}

// wantsPage tells whether an Accept header would rather have HTML than JSON. Only who names HTML gets it.
func wantsPage(accept string) bool {
	page, data := 0.0, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		kind, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		q := 1.0
		if given, ok := parameters["q"]; ok {
			q, _ = strconv.ParseFloat(given, 64)
		}
		switch kind {
		case "text/html":
			page = q
		case "application/json":
			data = q
		}
	}
	return page > data
}

// show gives the mails, newest first: a page to browsers, JSON to all else.
func (b *mailbox) show(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	mails := slices.Clone(b.mails)
	b.mu.Unlock()
	slices.Reverse(mails)
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept")
	if !wantsPage(r.Header.Get("Accept")) {
		h.Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(struct {
			Total int    `json:"total"`
			Items []Mail `json:"items"`
		}{len(mails), append([]Mail{}, mails...)})
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_ = mailPage.Execute(w, mails)
}
