package site

import (
	"crypto/sha256"
	_ "embed" // the assets are part of the binary
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
)

var (
	//go:embed style.css
	style []byte
	//go:embed script.js
	script []byte
	//go:embed embed.js
	embedding []byte
	//go:embed icon.svg
	icon []byte
	//go:embed icon.ico
	favicon []byte
)

// AssetPath is where assets live: AssetPath + name, the name with a hash before its extension.
const AssetPath = "/assets/"

type asset struct {
	content []byte
	kind    string // Content-Type
	path    string // with today's hash
}

// assets are hashed when the first page or asset is asked for: a start for an API call needs none.
var assets = sync.OnceValue(func() map[string]asset {
	all := map[string]asset{
		"style.css": {content: style, kind: "text/css; charset=utf-8"},
		"script.js": {content: script, kind: "text/javascript; charset=utf-8"},
		"embed.js":  {content: embedding, kind: "text/javascript; charset=utf-8"},
		"icon.svg":  {content: icon, kind: "image/svg+xml"},
	}
	for name, a := range all {
		sum := sha256.Sum256(a.content)
		base, extension, _ := strings.Cut(name, ".")
		a.path = AssetPath + base + "." + hex.EncodeToString(sum[:6]) + "." + extension
		all[name] = a
	}
	return all
})

// Asset is the path of an asset, such as "/assets/style.0123456789ab.css" for "style.css"; "" for an unknown one.
func Asset(name string) string { return assets()[name].path }

// ServeFavicon answers /favicon.ico, which browsers and readers of feeds ask for by themselves.
func ServeFavicon(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "image/x-icon")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, _ = w.Write(favicon) // a visitor who went away is no error of ours
}

// ServeAsset answers a request below AssetPath. Under its own hash an asset may be kept for a year; under another
// hash, such as a page of a former deployment asks for, it is today's asset and may not be kept. It returns
// false, and writes nothing, when there is no such asset.
func ServeAsset(w http.ResponseWriter, r *http.Request) bool {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, AssetPath), ".")
	if len(parts) < 2 {
		return false
	}
	a, ok := assets()[parts[0]+"."+parts[len(parts)-1]]
	if !ok {
		return false
	}
	caching := "no-cache"
	if r.URL.Path == a.path {
		caching = "public, max-age=31536000, immutable"
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", caching)
	_, _ = w.Write(a.content) // a visitor who went away is no error of ours
	return true
}
