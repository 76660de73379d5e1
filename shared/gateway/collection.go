package gateway

import (
	"net/http"
	"net/url"
	"strconv"
)

// Collection is what every paged list of the API has in common.
type Collection struct {
	Self           string `json:"self"`
	Total          int    `json:"total"`
	TotalIsMinimum bool   `json:"totalIsMinimum,omitempty"` // there are, or may be, more
	Page           int    `json:"page"`
	PageSize       int    `json:"pageSize"`
	First          string `json:"first"`
	Prev           string `json:"prev,omitempty"`
	Next           string `json:"next,omitempty"`
	Last           string `json:"last"`
}

// CollectionOf is page number page, from 1, of a list of total items that a request asked for. query has the
// parameters of the request beside page and pageSize; it is changed.
func CollectionOf(r *http.Request, query url.Values, page, size, total int) Collection {
	query.Set("pageSize", strconv.Itoa(size))
	link := func(page int) string {
		query.Set("page", strconv.Itoa(page))
		return Self(r, query)
	}
	last := max(1, (total+size-1)/size)
	c := Collection{Self: link(page), Total: total, Page: page, PageSize: size, First: link(1), Last: link(last)}
	if page > 1 {
		c.Prev = link(min(page-1, last))
	}
	if page < last {
		c.Next = link(page + 1)
	}
	return c
}
