"""Python clients, one question each: `python drivers.py CLIENT whole|streamed`, run with the interpreter of `.clients/python`."""

import os
import sys

OPENAI, ANTHROPIC, KEY, TEXT = (os.environ[name] for name in ("BASE_OPENAI", "BASE_ANTHROPIC", "KEY", "TEXT"))
HELLO = [{"role": "user", "content": TEXT}]


def openai(streamed):
    from openai import OpenAI

    client = OpenAI(base_url=OPENAI, api_key=KEY, max_retries=0)
    if not streamed:
        return client.chat.completions.create(model="m", messages=HELLO).choices[0].message.content
    chunks = client.chat.completions.create(model="m", messages=HELLO, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def openai_responses(streamed):
    from openai import OpenAI

    client = OpenAI(base_url=OPENAI, api_key=KEY, max_retries=0)
    if not streamed:
        return client.responses.create(model="m", input=TEXT).output_text
    with client.responses.stream(model="m", input=TEXT) as stream:
        for _ in stream:
            pass
        return stream.get_final_response().output_text


def anthropic(streamed):
    from anthropic import Anthropic

    client = Anthropic(base_url=ANTHROPIC, api_key=KEY, max_retries=0)
    if not streamed:
        return client.messages.create(model="m", max_tokens=100, messages=HELLO).content[0].text
    with client.messages.stream(model="m", max_tokens=100, messages=HELLO) as stream:
        return "".join(stream.text_stream)


def langchain_openai(streamed):
    from langchain_openai import ChatOpenAI

    return _chain(ChatOpenAI(model="m", base_url=OPENAI, api_key=KEY, max_retries=0), streamed)


def langchain_anthropic(streamed):
    from langchain_anthropic import ChatAnthropic

    return _chain(ChatAnthropic(model="m", base_url=ANTHROPIC, api_key=KEY, max_retries=0, max_tokens=100), streamed)


def _chain(model, streamed):
    return "".join(str(piece.text) for piece in model.stream(TEXT)) if streamed else str(model.invoke(TEXT).text)


def llama_index(streamed):
    from llama_index.llms.openai import OpenAI

    model = OpenAI(model="gpt-4o", api_base=OPENAI, api_key=KEY, max_retries=0)
    return "".join(piece.delta for piece in model.stream_complete(TEXT)) if streamed else model.complete(TEXT).text


def litellm_openai(streamed):
    return _litellm("openai/gpt-4o", OPENAI, streamed)


def litellm_anthropic(streamed):
    return _litellm("anthropic/claude-demo", ANTHROPIC, streamed)


def _litellm(model, base, streamed):
    import litellm

    answer = litellm.completion(model=model, messages=HELLO, api_base=base, api_key=KEY, stream=streamed, num_retries=0)
    if not streamed:
        return answer.choices[0].message.content
    return "".join(chunk.choices[0].delta.content or "" for chunk in answer if chunk.choices)


if __name__ == "__main__":
    print(globals()[sys.argv[1]](sys.argv[2] == "streamed"))
