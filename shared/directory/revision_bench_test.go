package directory

import (
	"fmt"
	"testing"
)

// BenchmarkSave is what the rules cost of one save: check, next version, revision, split. A zone has about five
// contact points; fifty is the most.
func BenchmarkSave(b *testing.B) {
	for _, points := range []int{5, 50} {
		b.Run(fmt.Sprintf("points=%d", points), func(b *testing.B) {
			in := goodInput()
			for i := len(in.ContactPoints); i < points; i++ {
				c := goodInput().ContactPoints[1]
				c.ID = fmt.Sprintf("p%d", i)
				in.ContactPoints = append(in.ContactPoints, c)
			}
			v, now := testValidation(), testNow()
			checked, issues := v.Check(in)
			if len(issues) > 0 {
				b.Fatal(issues)
			}
			old := Profile{Code: "5910"}.Saved(checked, now)
			in.ContactPoints[0].Role = "Balie"
			for b.Loop() {
				checked, _ := v.Check(in)
				NewRevision(old, old.Saved(checked, now), Cause{Kind: RevisionSaved}, wordNames(), now).Split()
			}
		})
	}
}
