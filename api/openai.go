package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// The OpenAI-compatible endpoints, for clients that speak to OpenAI's servers:
// openai_chat.go answers, openai_stream.go streams, openai_text.go puts citations
// into the message, openai_embed.go embeds. What such clients send besides is
// ignored where it asks for nothing that would be missed.
const (
	pathCompletions = "/v1/chat/completions"
	pathModels      = "/v1/models"
	pathModel       = "/v1/models/:id"
	pathEmbeddings  = "/v1/embeddings"
)

// speaksOpenAI reports whether the request's route has errors of OpenAI's shape.
func speaksOpenAI(c echo.Context) bool {
	switch c.Path() {
	case pathCompletions, pathModels, pathModel, pathEmbeddings:
		return true
	}
	return false
}

// The names of models. The second answers by extracts, whatever is configured.
const (
	modelChuchu   = "chuchu"
	modelExtracts = "chuchu-extracts"
)

// modelsSince is when the names came to be, in Unix seconds: clients want a number
// there, and one that stays.
const modelsSince = 1735689600

// An openAIModel is a model as OpenAI lists it.
type openAIModel struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

func modelNamed(name string) openAIModel {
	return openAIModel{ID: name, Object: "model", Created: modelsSince, OwnedBy: "chuchu"}
}

// modelOr returns the name of the model that is asked for, chuchu where none is.
func modelOr(name string) (string, error) {
	switch name {
	case "":
		return modelChuchu, nil
	case modelChuchu, modelExtracts:
		return name, nil
	}
	return "", refuse(codeNoModel, "there is no model "+quoteShort(name)+"; there are "+modelChuchu+" and "+modelExtracts)
}

// listModels answers GET /v1/models.
func (s *Server) listModels(c echo.Context) error {
	return s.reply(c, http.StatusOK, struct {
		Object string        `json:"object"`
		Data   []openAIModel `json:"data"`
	}{"list", []openAIModel{modelNamed(modelChuchu), modelNamed(modelExtracts)}})
}

// getModel answers GET /v1/models/{id}.
func (s *Server) getModel(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	name, err := modelOr(id)
	if err != nil {
		return err
	}
	return s.reply(c, http.StatusOK, modelNamed(name))
}

// decodeLoosely reads a JSON body into v, a pointer to a struct, and ignores what
// v does not have.
func (s *Server) decodeLoosely(c echo.Context, v any) error {
	body, err := s.readJSON(c)
	if err != nil {
		return err
	}
	return decodeKnown(body, v)
}
