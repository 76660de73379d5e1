package dynamo

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
)

// pointerAge is how long a pointer that was read counts as recent.
const pointerAge = 5 * time.Second

// retryAfter is how long a function goes on with old facts before it tries again to load newer ones.
const retryAfter = 10 * time.Second

// Reference holds the reference facts that a function answers from, one version at a time: the one that the pointer
// names for today in Brussels. A version for a day to come so takes its turn at midnight by the rules for a new one.
//
// Nothing runs in the background, since Lambda freezes a function between invocations. The request that sees a
// new pointer (Seen) still answers from the old version; the next one (Current) loads the new one under a
// deadline. When that fails the function goes on with the old version and Degraded says so. Any number of
// goroutines may use it: while one loads, the others go on with the old version.
type Reference struct {
	pointer func(context.Context) (Pointer, bool, error)        // Store.Pointer
	open    func(context.Context, string) (*facts.Facts, error) // Store.open
	clock   func() time.Time

	loading sync.Mutex // held by the one that loads

	mu       sync.Mutex // guards what follows
	facts    *facts.Facts
	loaded   Pointer // that named them
	version  string  // of the facts
	wanted   Pointer // what the pointer named when it was last seen
	seenAt   time.Time
	failedAt time.Time // of the last load that failed; zero when the last one worked
	failure  error     // of that load
	missing  bool      // the pointer was not there when it was last looked for
}

// NewReference makes a holder that holds nothing yet.
func NewReference(s *Store, clock func() time.Time) *Reference {
	return &Reference{pointer: s.Pointer, open: s.open, clock: clock}
}

// Load reads the pointer and its version. A function calls it once when it starts; while it fails every
// request tries again.
func (r *Reference) Load(ctx context.Context) error {
	// A cold start with all schools brings in 8 MB and frees 3; collecting them meanwhile took a sixth of its time.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	r.loading.Lock()
	defer r.loading.Unlock()
	return r.loadFirst(ctx)
}

// loadFirst reads pointer and facts; r.loading is held.
func (r *Reference) loadFirst(ctx context.Context) error {
	p, ok, err := r.pointer(ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.missing = !ok
	r.mu.Unlock()
	if !ok {
		return fmt.Errorf("reference pointer: %w", ErrNotFound)
	}
	return r.load(ctx, p, r.today(p))
}

// today is the version that a pointer names for today.
func (r *Reference) today(p Pointer) string { return p.VersionOn(directory.DayOf(r.clock())) }

// load reads the facts of a version that a pointer names; r.loading is held.
func (r *Reference) load(ctx context.Context, p Pointer, version string) error {
	f, err := r.open(ctx, version)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.failedAt, r.failure = r.clock(), err
		return err
	}
	if r.facts == nil {
		r.wanted, r.seenAt = p, r.clock()
	}
	r.facts, r.loaded, r.version, r.failedAt, r.failure = f, p, version, time.Time{}, nil
	return nil
}

// Current gives the facts to answer from. When a newer version was seen before, it loads that first, once; if
// that fails it gives the old version with no error. The error tells that there is nothing to answer from at
// all, as after a failed start: ErrNotFound, ErrUnavailable or ErrBroken.
func (r *Reference) Current(ctx context.Context) (*facts.Facts, error) {
	r.mu.Lock()
	current, wanted, due := r.facts, r.today(r.wanted), r.loadDue()
	r.mu.Unlock()
	switch {
	case current == nil:
		r.loading.Lock()
		defer r.loading.Unlock()
		if current := r.held(); current != nil { // another request loaded it meanwhile
			return current, nil
		}
		if err := r.loadFirst(ctx); err != nil {
			return nil, err
		}
		return r.held(), nil
	case due && r.loading.TryLock():
		defer r.loading.Unlock()
		r.mu.Lock()
		pointer := r.wanted
		due = r.loadDue() && r.today(pointer) == wanted
		r.mu.Unlock()
		if due {
			if err := r.load(ctx, pointer, wanted); err == nil {
				return r.held(), nil
			}
		}
	}
	return r.held(), nil
}

// loadDue tells whether a newer version is known and it is time to load it; r.mu is held.
func (r *Reference) loadDue() bool {
	return r.facts != nil && r.today(r.wanted) != r.version &&
		(r.failedAt.IsZero() || r.clock().Sub(r.failedAt) >= retryAfter)
}

func (r *Reference) held() *facts.Facts {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.facts
}

// PointerDue tells whether the pointer was last read over five seconds ago, so that the next Answer should be
// asked for it.
func (r *Reference) PointerDue() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.clock().Sub(r.seenAt) > pointerAge
}

// Latest is Current for a function whose requests ask for no Answer that could bring the pointer along: when the
// pointer is due it reads that first, so that the facts are never older than five seconds. When it cannot be read the
// function goes on with what it has.
func (r *Reference) Latest(ctx context.Context) (*facts.Facts, error) {
	if r.held() != nil && r.PointerDue() {
		switch p, ok, err := r.pointer(ctx); {
		case err != nil:
		case ok:
			r.Seen(&p)
		default:
			r.Seen(nil)
		}
	}
	return r.Current(ctx)
}

// ForZone is Current for a request about a zone. A code that its facts do not know may be of a zone that has just begun
// and to which another instance already leads: Latest answers for it. Any other text is no code, and costs no read.
func (r *Reference) ForZone(ctx context.Context, code string) (*facts.Facts, error) {
	f, err := r.Current(ctx)
	if err != nil {
		return nil, err
	}
	if c, err := directory.ParseZoneCode(code); err == nil && len(f.CurrentZones(c)) == 0 {
		return r.Latest(ctx)
	}
	return f, nil
}

// Seen notes the pointer that an Answer brought along; nil says that it was asked for and is not there.
func (r *Reference) Seen(p *Pointer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seenAt = r.clock()
	if r.missing = p == nil; r.missing {
		return
	}
	if r.today(r.wanted) != r.today(*p) {
		r.failedAt, r.failure = time.Time{}, nil // a failure of another version says nothing about this one
	}
	r.wanted = *p
}

// Loaded is the pointer of the version that Current gives; the zero Pointer while nothing is loaded.
func (r *Reference) Loaded() Pointer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.loaded
}

// Degraded tells that the function has no facts, or could not load the newest, or that the pointer is gone.
func (r *Reference) Degraded() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.facts == nil || r.missing || !r.failedAt.IsZero()
}

// Failure is why the newest facts are not those that Current gives; nil when they are. It is for the log.
func (r *Reference) Failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.missing {
		return fmt.Errorf("reference pointer: %w", ErrNotFound)
	}
	return r.failure
}
