package main

// prices are AWS's list prices in US dollars for us-east-1, without the free tier, as published in 2025. Frankfurt and
// Dublin are up to a fifth dearer: see -region-factor. Nobody checked them against a bill.
var prices = struct {
	gatewayRequest  float64 // HTTP API, per request of up to 512 kB; the first 300 million a month
	lambdaRequest   float64
	lambdaGBSecond  float64 // arm64
	readUnit        float64 // DynamoDB on demand
	writeUnit       float64
	tableGB         float64 // a month, storage; and as much again for each of its index
	recoveryGB      float64 // a month, point-in-time recovery
	logGB           float64 // CloudWatch Logs, taken in
	metric          float64 // a month, a custom metric
	alarm           float64 // a month, for each metric that it looks at
	outGB           float64 // data sent to the internet
	storedGB        float64 // a month, S3
	mail            float64
	secondsOfAMonth float64
}{
	gatewayRequest: 1.00e-6, lambdaRequest: 0.20e-6, lambdaGBSecond: 1.33334e-5,
	readUnit: 0.125e-6, writeUnit: 0.625e-6, tableGB: 0.25, recoveryGB: 0.20,
	logGB: 0.50, metric: 0.30, alarm: 0.10, outGB: 0.09, storedGB: 0.023, mail: 0.10e-3,
	secondsOfAMonth: 30 * 24 * 3600,
}
