package lookup

// distance counts the typing errors between two words of at most maxWord bytes: a wrong, a missing and a
// superfluous letter and two letters swapped count one each. Above 3 it says 3.
func distance(a, b string) int {
	const far = 3
	if len(a)-len(b) >= far || len(b)-len(a) >= far || len(a) > maxWord || len(b) > maxWord+4 {
		return far
	}
	var rows [3][maxWord + 8]uint8
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		now[0] = uint8(i)
		least := now[0]
		for j := 1; j <= len(b); j++ {
			cost := uint8(1)
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j-1]+cost, last[j]+1, now[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			now[j] = d
			least = min(least, d)
		}
		if least >= far {
			return far
		}
		before, last, now = last, now, before
	}
	return min(int(last[len(b)]), far)
}
