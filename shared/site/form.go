package site

import (
	"net/url"
	"strconv"
)

// Control is a field of a form as a page shows it: a line of text, a text of several lines, or a choice when it has
// options. form.gohtml's template "control" writes it.
type Control struct {
	ID, Name, Label, Hint, Value, Error string
	Kind                                string // of input; "" is text
	Mode                                string // which keyboard a phone shows
	List                                string // id of a datalist
	Rows                                int    // of a text of several lines; 0 for a line
	Options                             []Option
	Radio                               bool // every option is in sight, since their words are long
	Focus                               bool
}

// Option is one of a control's or of a group of boxes.
type Option struct {
	Value, Label string
	On           bool
}

// Choices are a group of boxes to tick.
type Choices struct {
	ID, Name, Legend, Hint, Error string
	Options                       []Option
}

// Act is a button that changes the form and comes back to it.
type Act struct {
	ID, Action, Text string
	Of               string // Dutch: what it is about, for those who only hear the button
	Focus            bool
}

// Problem is one thing that is wrong, as the list at the top of a page shows it.
type Problem struct{ Anchor, Where, Message string }

// Pager leads through a long list.
type Pager struct {
	Page, Pages int    // from 1
	Prev, Next  string // addresses; "" where there is none
	From, To    int    // what of the list is on this page
}

// PagerOf is the page that was asked for, or the nearest there is, of total things, size of them on a page. query has
// the other parameters of the addresses; it is changed.
func PagerOf(path string, query url.Values, page, size, total int) Pager {
	p := Pager{Pages: max(1, (total+size-1)/size)}
	p.Page = min(max(1, page), p.Pages)
	link := func(page int) string {
		query.Set("page", strconv.Itoa(page))
		return path + "?" + query.Encode()
	}
	if p.Page > 1 {
		p.Prev = link(p.Page - 1)
	}
	if p.Page < p.Pages {
		p.Next = link(p.Page + 1)
	}
	p.From = (p.Page - 1) * size
	p.To = min(total, p.From+size)
	return p
}

// Title says on which page one is, behind the title of the list, when there are several.
func (p Pager) Title(title string) string {
	if p.Pages < 2 {
		return title
	}
	return title + ", bladzijde " + strconv.Itoa(p.Page) + " van " + strconv.Itoa(p.Pages)
}
