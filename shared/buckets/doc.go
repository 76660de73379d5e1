// Package buckets makes clients of Amazon S3 from a function's environment, without the SDK's config package, which
// costs more at a cold start than the rest of a function.
package buckets
