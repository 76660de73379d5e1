// Package publicationtest gives tests a bucket in the same process, and puts editions into it.
package publicationtest
