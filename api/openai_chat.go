package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"chuchu/rag"
)

// A completionRequest is what of OpenAI's request for a chat completion counts
// here. The rest sets how a model writes (temperature, max_tokens, stop) or what
// the writing is for (tools, response_format): here the collection decides what
// can be said, and the configuration how the model says it.
type completionRequest struct {
	Model         string              `json:"model"`
	Messages      []completionMessage `json:"messages"`
	N             *int                `json:"n"`
	Stream        bool                `json:"stream"`
	StreamOptions struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
}

// A completionMessage is a turn as OpenAI writes it; the content is a string, a
// list of parts, or null.
type completionMessage struct {
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
}

// A contentPart is a part of a message.
type contentPart struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// complete answers POST /v1/chat/completions, plain or streamed.
func (s *Server) complete(c echo.Context) error {
	var r completionRequest
	if err := s.decodeLoosely(c, &r); err != nil {
		return err
	}
	model, err := modelOr(r.Model)
	if err != nil {
		return err
	}
	r.Model = model
	question, err := r.question()
	if err != nil {
		return err
	}
	if r.Stream {
		return s.streamCompletion(c, r, question)
	}
	reply, err := s.Engine.Chat(c.Request().Context(), question)
	if err != nil {
		return err
	}
	s.metrics.countPlan(reply.Plan)
	return s.reply(c, http.StatusOK, s.completionOf(c, r.Model, reply))
}

// question is the request in the form of POST /v1/chat.
func (r completionRequest) question() (rag.ChatRequest, error) {
	if r.N != nil && *r.N != 1 {
		return rag.ChatRequest{}, &rag.InputError{Field: "n", Reason: fmt.Sprintf("%d answers are not given, only 1", *r.N)}
	}
	messages, err := turnsOf(r.Messages)
	if err != nil {
		return rag.ChatRequest{}, err
	}
	return rag.ChatRequest{Messages: messages, Stream: r.Stream, Extracts: r.Model == modelExtracts}, nil
}

// turnsOf returns what user and assistant said. Instructions of the client (system,
// developer) are left out: an answer obeys the prompts of this server alone, or a
// client's "answer from your own knowledge" would undo what makes it an answer from
// the collection. What tools said is left out with the tools. Replies without text
// are those that clients keep a place for, or that called tools. From earlier
// replies what was put behind the answer is taken off again.
func turnsOf(messages []completionMessage) ([]rag.Message, error) {
	var turns []rag.Message
	for i, m := range messages {
		field := fmt.Sprintf("messages[%d]", i)
		switch m.Role {
		case "system", "developer", "tool", "function":
			continue
		case "user", "assistant":
		default:
			return nil, &rag.InputError{Field: field + ".role", Reason: quoteShort(m.Role) + " is none of system, developer, user, assistant, tool"}
		}
		text, err := m.text(field + ".content")
		if err != nil {
			return nil, err
		}
		if m.Role == "assistant" {
			text = withoutTail(text)
		}
		if m.Role == "user" || strings.TrimSpace(text) != "" {
			turns = append(turns, rag.Message{Role: m.Role, Content: text})
		}
	}
	return turns, nil
}

// text joins the parts of a message. In a user's message parts that are no text
// are refused: the answer would seem to have looked at them.
func (m completionMessage) text(field string) (string, error) {
	if len(m.Content) == 0 || string(m.Content) == "null" {
		return "", nil
	}
	var text string
	if json.Unmarshal(m.Content, &text) == nil {
		return text, nil
	}
	var parts []contentPart
	if json.Unmarshal(m.Content, &parts) != nil {
		return "", &rag.InputError{Field: field, Reason: "it is neither a string nor a list of parts"}
	}
	var texts []string
	for i, p := range parts {
		switch {
		case slices.Contains([]string{"text", "input_text", "output_text"}, p.Type):
			texts = append(texts, p.Text)
		case m.Role == "user":
			return "", &rag.InputError{
				Field: fmt.Sprintf("%s[%d]", field, i), Reason: "parts of type " + quoteShort(p.Type) + " are not read here; send text alone",
			}
		}
	}
	return strings.Join(texts, "\n"), nil
}

// A completion is OpenAI's reply; its id is that of the stored answer.
type completion struct {
	ID      string             `json:"id"`
	Object  string             `json:"object"`
	Created int64              `json:"created"`
	Model   string             `json:"model"`
	Choices []completionChoice `json:"choices"`
	Usage   completionUsage    `json:"usage"`
}

type completionChoice struct {
	Index        int              `json:"index"`
	Message      assistantMessage `json:"message"`
	Logprobs     *struct{}        `json:"logprobs"` // there are none
	FinishReason string           `json:"finish_reason"`
}

// An assistantMessage is an answer. OpenAI's refusal is a model's that declines
// for safety; that the collection does not answer is an answer like others.
type assistantMessage struct {
	Role        string       `json:"role"`
	Content     string       `json:"content"`
	Refusal     *string      `json:"refusal"`
	Annotations []annotation `json:"annotations"`
}

type completionUsage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
	TotalTokens      int `json:"total_tokens"`
}

func (s *Server) completionOf(c echo.Context, model string, r rag.Reply) completion {
	base := s.baseOf(c)
	return completion{
		ID: r.ID, Object: "chat.completion", Created: time.Now().Unix(), Model: model,
		Choices: []completionChoice{{
			Message:      assistantMessage{Role: "assistant", Content: contentOf(r, base), Annotations: annotationsOf(r, base)},
			FinishReason: "stop",
		}},
		Usage: usageOf(r),
	}
}

// usageOf counts the model's tokens, which are none where no model ran.
func usageOf(r rag.Reply) completionUsage {
	in, out := r.Usage.InputTokens, r.Usage.OutputTokens
	return completionUsage{PromptTokens: in, CompletionTokens: out, TotalTokens: in + out}
}
