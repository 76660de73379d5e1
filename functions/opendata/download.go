package main

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/publication"
	"aanspreekpunt/shared/site"
)

// latest is the edition's place in an address that always gives the newest one.
const latest = "latest"

// mostSent is the most bytes of an answer as Lambda sends it, where what is not text is in base64. A larger file is
// fetched from the bucket itself, by an address that works for addressLasts.
const (
	mostSent     = 4 << 20
	addressLasts = 15 * time.Minute
)

var errNoFile = gateway.NotFound("No file has this address").InDutch("Dit bestand is er niet. Op de pagina over open data staat welke er wel zijn.")

// download answers GET /opendata/{edition}/{file}. A date answers with the last edition published on or before it,
// which Content-Location names.
func (s *service) download(w http.ResponseWriter, r *http.Request) error {
	edition, name := r.PathValue("edition"), r.PathValue("file")
	day, err := directory.ParseDay(edition)
	if err != nil && edition != latest {
		return errNoFile
	}
	for try := 1; ; try++ {
		m, _, err := s.published.Manifest(r.Context())
		e := m.Current
		if err == nil && edition != latest {
			e, err = s.published.On(r.Context(), m, day)
		}
		switch {
		case errors.Is(err, publication.ErrArchived):
			return s.archivedPage(w, r, e.Date)
		case errors.Is(err, publication.ErrNone) && day != "" && m.Serial > 0:
			if _, early := m.On(day); early != nil {
				return gateway.NotFound("Nothing was published on or before this date").InDutch("Op die datum was er nog niets gepubliceerd.")
			}
			if try == 1 {
				continue // the edition was replaced meanwhile
			}
			return gateway.Unavailable(err)
		case errors.Is(err, publication.ErrNone):
			return gateway.NotFound("Nothing was published yet").InDutch("Er is nog niets gepubliceerd. Dat gebeurt elke nacht.")
		case err != nil:
			return gateway.Unavailable(err)
		}
		file, ok := e.File(name)
		if !ok {
			return errNoFile
		}
		if edition != string(e.Date) {
			w.Header().Set("Content-Location", "/opendata/"+string(e.Date)+"/"+name)
		}
		if sentSize(file) > mostSent {
			address, err := s.published.Presign(r.Context(), e, name, addressLasts)
			if err != nil {
				return gateway.Unavailable(err)
			}
			gateway.Cache(w, gateway.NoStore)
			w.Header().Set("Location", address)
			w.WriteHeader(http.StatusFound)
			return nil
		}
		data, err := s.read(r, e, name)
		if errors.Is(err, publication.ErrNone) && try == 1 {
			continue
		}
		if err != nil {
			return gateway.Unavailable(err)
		}
		return send(w, e, file, data)
	}
}

func (s *service) read(r *http.Request, e publication.Edition, name string) ([]byte, error) {
	body, err := s.published.Open(r.Context(), e, name)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}

// sentSize is how many bytes a file takes in Lambda's answer to a caller who does not read gzip.
func sentSize(f publication.File) int64 {
	if strings.HasPrefix(f.MediaType, "text/") || strings.HasSuffix(f.MediaType, "json") {
		return f.Size
	}
	return int64(base64.StdEncoding.EncodedLen(int(f.Size)))
}

// send answers with a file and its checksum.
func send(w http.ResponseWriter, e publication.Edition, f publication.File, data []byte) error {
	h := w.Header()
	h.Set("Content-Type", f.ContentType())
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("ETag", f.ETag())
	h.Set("Last-Modified", e.Modified.UTC().Format(http.TimeFormat))
	h.Set("Link", "<"+publication.LicenseURL+`>; rel="license", </opendata/latest/`+publication.CatalogueTTL+`>; rel="describedby"`)
	h.Set("X-Checksum-Sha256", f.SHA256)
	if sum, err := hex.DecodeString(f.SHA256); err == nil {
		h.Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum)+":")
	}
	_, err := w.Write(data)
	return err
}

var archivedTemplate = site.New(files, formats, "archived.gohtml", "files.gohtml")

// archivedPage says of a date whose files are gone what they were.
func (s *service) archivedPage(w http.ResponseWriter, r *http.Request, day directory.Day) error {
	e, err := s.published.Archived(r.Context(), day)
	if err != nil {
		return gateway.Unavailable(err)
	}
	f, who, err := s.visit(r)
	if err != nil {
		return err
	}
	e.Date = day
	return s.page(w, r, http.StatusGone, archivedTemplate, site.Page{Title: "Deze editie wordt niet meer bewaard", NoIndex: true}, f, who, e)
}
