package template

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// noValue is what AWS::NoValue resolves to: the property is left out.
type noValue struct{}

// pseudo are CloudFormation's pseudo parameters, with values that look like an account of nobody.
var pseudo = map[string]any{
	"AWS::AccountId": "123456789012",
	"AWS::NoValue":   noValue{},
	"AWS::Partition": "aws",
	"AWS::Region":    Region,
	"AWS::StackName": stack,
	"AWS::URLSuffix": "amazonaws.com",
}

// decode turns YAML into maps, slices and scalars, with short tags in their long form: !Ref X becomes {"Ref": "X"}.
func decode(n *yaml.Node) (any, error) {
	if n.Kind == yaml.AliasNode {
		return decode(n.Alias)
	}
	short := strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!")
	var value any
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i < len(n.Content); i += 2 {
			v, err := decode(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			m[n.Content[i].Value] = v
		}
		value = m
	case yaml.SequenceNode:
		s := make([]any, len(n.Content))
		for i, c := range n.Content {
			v, err := decode(c)
			if err != nil {
				return nil, err
			}
			s[i] = v
		}
		value = s
	default:
		if short {
			value = n.Value
			break
		}
		if err := n.Decode(&value); err != nil {
			return nil, fmt.Errorf("line %d: %w", n.Line, err)
		}
	}
	if !short {
		return value, nil
	}
	switch name := strings.TrimPrefix(n.Tag, "!"); name {
	case "Ref", "Condition":
		return map[string]any{name: value}, nil
	default:
		return map[string]any{"Fn::" + name: value}, nil
	}
}

// resolver evaluates intrinsic functions against one template and one set of parameters.
type resolver struct {
	parameters map[string]any
	conditions map[string]any
	resources  map[string]any
	evaluating []string // conditions under evaluation, to notice a circle
}

// resolve evaluates every intrinsic function in v. Members and elements that come to AWS::NoValue disappear.
func (r *resolver) resolve(v any) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 1 {
			for name, argument := range v {
				if name == "Ref" || name == "Condition" || strings.HasPrefix(name, "Fn::") {
					return r.call(name, argument)
				}
			}
		}
		out := make(map[string]any, len(v))
		for name, member := range v {
			value, err := r.resolve(member)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if value != (noValue{}) {
				out[name] = value
			}
		}
		return out, nil
	case []any:
		out := make([]any, 0, len(v))
		for _, element := range v {
			value, err := r.resolve(element)
			if err != nil {
				return nil, err
			}
			if value != (noValue{}) {
				out = append(out, value)
			}
		}
		return out, nil
	default:
		return v, nil
	}
}

func (r *resolver) call(name string, argument any) (any, error) {
	switch name {
	case "Ref":
		return r.ref(fmt.Sprint(argument))
	case "Condition":
		return r.condition(fmt.Sprint(argument))
	case "Fn::GetAtt":
		return r.attribute(argument)
	case "Fn::Sub":
		return r.sub(argument)
	case "Fn::If":
		arguments, ok := argument.([]any)
		if !ok || len(arguments) != 3 {
			return nil, errors.New("Fn::If wants a condition and two values")
		}
		yes, err := r.condition(fmt.Sprint(arguments[0]))
		if err != nil {
			return nil, err
		}
		if yes {
			return r.resolve(arguments[1])
		}
		return r.resolve(arguments[2])
	}

	resolved, err := r.resolve(argument)
	if err != nil {
		return nil, err
	}
	arguments, ok := resolved.([]any)
	if !ok {
		return nil, fmt.Errorf("%s wants a list", name)
	}
	switch {
	case name == "Fn::Equals" && len(arguments) == 2:
		return fmt.Sprint(arguments[0]) == fmt.Sprint(arguments[1]), nil
	case name == "Fn::Not" && len(arguments) == 1:
		return arguments[0] != true, nil
	case name == "Fn::And":
		return !slices.ContainsFunc(arguments, func(a any) bool { return a != true }), nil
	case name == "Fn::Or":
		return slices.Contains(arguments, any(true)), nil
	case name == "Fn::Join" && len(arguments) == 2:
		parts, ok := arguments[1].([]any)
		if !ok {
			return nil, errors.New("Fn::Join wants a list of parts")
		}
		words := make([]string, len(parts))
		for i, p := range parts {
			words[i] = fmt.Sprint(p)
		}
		return strings.Join(words, fmt.Sprint(arguments[0])), nil
	}
	return nil, fmt.Errorf("the local runner does not understand %s here", name)
}

func (r *resolver) ref(name string) (any, error) {
	if v, ok := pseudo[name]; ok {
		return v, nil
	}
	if v, ok := r.parameters[name]; ok {
		return v, nil
	}
	resource, ok := r.resources[name].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("there is no parameter or resource %q", name)
	}
	return r.physicalName(name, resource)
}

// physicalName is the name that a resource gets when the stack is made.
func (r *resolver) physicalName(logicalID string, resource map[string]any) (string, error) {
	properties, _ := resource["Properties"].(map[string]any)
	for _, property := range []string{"TableName", "BucketName", "FunctionName", "LogGroupName", "QueueName", "TopicName"} {
		if named, ok := properties[property]; ok {
			name, err := r.resolve(named)
			if err != nil || name != (noValue{}) {
				return fmt.Sprint(name), err
			}
		}
	}
	return stack + "-" + strings.ToLower(logicalID), nil
}

func (r *resolver) attribute(argument any) (any, error) {
	logicalID, attribute := "", ""
	switch a := argument.(type) {
	case string:
		logicalID, attribute, _ = strings.Cut(a, ".")
	case []any:
		if len(a) == 2 {
			logicalID, attribute = fmt.Sprint(a[0]), fmt.Sprint(a[1])
		}
	}
	resource, ok := r.resources[logicalID].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("there is no resource %q", logicalID)
	}
	if attribute != "Arn" {
		return nil, fmt.Errorf("the local runner does not know %s of %s", attribute, logicalID)
	}
	name, err := r.physicalName(logicalID, resource)
	if err != nil {
		return nil, err
	}
	switch kind := resource["Type"]; kind {
	case "AWS::DynamoDB::Table":
		return TableARN(name), nil
	case "AWS::S3::Bucket":
		return "arn:aws:s3:::" + name, nil
	case "AWS::Serverless::Function":
		return FunctionARN(name), nil
	case "AWS::Logs::LogGroup":
		return ARN("logs", "log-group:"+name+":*"), nil
	case "AWS::SQS::Queue":
		return ARN("sqs", name), nil
	case "AWS::SNS::Topic":
		return ARN("sns", name), nil
	default:
		return nil, fmt.Errorf("the local runner does not know the ARN of a %v", kind)
	}
}

var placeholder = regexp.MustCompile(`\$\{([^}]*)\}`)

func (r *resolver) sub(argument any) (any, error) {
	text, own := "", map[string]any{}
	switch a := argument.(type) {
	case string:
		text = a
	case []any:
		if len(a) == 2 {
			text, _ = a[0].(string)
			own, _ = a[1].(map[string]any)
		}
	}
	var failed error
	result := placeholder.ReplaceAllStringFunc(text, func(match string) string {
		name := match[2 : len(match)-1]
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}"
		}
		var value any
		var err error
		if v, ok := own[name]; ok {
			value, err = r.resolve(v)
		} else if strings.Contains(name, ".") {
			value, err = r.attribute(name)
		} else {
			value, err = r.ref(name)
		}
		failed = errors.Join(failed, err)
		return fmt.Sprint(value)
	})
	return result, failed
}

func (r *resolver) condition(name string) (bool, error) {
	body, ok := r.conditions[name]
	if !ok {
		return false, fmt.Errorf("there is no condition %q", name)
	}
	if slices.Contains(r.evaluating, name) {
		return false, fmt.Errorf("condition %q leads back to itself", name)
	}
	r.evaluating = append(r.evaluating, name)
	defer func() { r.evaluating = r.evaluating[:len(r.evaluating)-1] }()
	value, err := r.resolve(body)
	if err != nil {
		return false, fmt.Errorf("condition %s: %w", name, err)
	}
	yes, ok := value.(bool)
	if !ok {
		return false, fmt.Errorf("condition %s is neither true nor false", name)
	}
	return yes, nil
}
