package api

import "net/http"

// An openAIError is an error as OpenAI's servers reply with it, and the data of
// one in the middle of a stream.
type openAIError struct {
	Error openAIErrorBody `json:"error"`
}

type openAIErrorBody struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"` // the field that is wrong, null where none is
	Code    string  `json:"code"`
}

// openAIErrorOf puts a problem into OpenAI's shape. Clients go by the status, then
// by the code: where OpenAI has one of its own it is taken, else it is ours.
func openAIErrorOf(p problem) openAIError {
	e := openAIErrorBody{Message: p.Detail, Type: openAIType(p.Status), Code: p.Code}
	switch p.Code {
	case codeUnauthorized:
		e.Code = "invalid_api_key"
	case codeRateLimited:
		e.Code = "rate_limit_exceeded"
	}
	field := p.field
	if p.Code == codeNoModel {
		field = "model"
	}
	if field != "" {
		e.Param = &field
	}
	if p.Status >= http.StatusInternalServerError {
		e.Message += " (request_id " + p.RequestID + ")"
	}
	return openAIError{e}
}

func openAIType(status int) string {
	switch {
	case status == http.StatusTooManyRequests:
		return "rate_limit_error"
	case status == http.StatusForbidden:
		return "permission_error"
	case status < http.StatusInternalServerError:
		return "invalid_request_error"
	}
	return "server_error"
}
