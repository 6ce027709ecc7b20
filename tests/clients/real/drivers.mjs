// JavaScript clients, one question each: `node drivers.mjs CLIENT whole|streamed`, resolved from .clients/node.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const { BASE_OPENAI, BASE_ANTHROPIC, KEY, TEXT, MODULES } = process.env;
const resolve = createRequire(`${MODULES}/`).resolve;
const load = async (name) => import(pathToFileURL(resolve(name)));
const hello = [{ role: "user", content: TEXT }];

const ask = async (model, streamed) => {
  const { generateText, streamText } = await load("ai");
  if (!streamed) return (await generateText({ model, prompt: TEXT, maxRetries: 0 })).text;
  let text = "";
  for await (const piece of streamText({ model, prompt: TEXT, maxRetries: 0 }).textStream) text += piece;
  return text;
};

const clients = {
  async openai(streamed) {
    const { default: OpenAI } = await load("openai");
    const client = new OpenAI({ baseURL: BASE_OPENAI, apiKey: KEY, maxRetries: 0 });
    if (!streamed) return (await client.chat.completions.create({ model: "m", messages: hello })).choices[0].message.content;
    let text = "";
    for await (const chunk of await client.chat.completions.create({ model: "m", messages: hello, stream: true }))
      text += chunk.choices[0]?.delta?.content ?? "";
    return text;
  },
  async openai_responses(streamed) {
    const { default: OpenAI } = await load("openai");
    const client = new OpenAI({ baseURL: BASE_OPENAI, apiKey: KEY, maxRetries: 0 });
    if (!streamed) return (await client.responses.create({ model: "m", input: TEXT })).output_text;
    let text = "";
    for await (const event of await client.responses.create({ model: "m", input: TEXT, stream: true }))
      if (event.type === "response.output_text.delta") text += event.delta;
    return text;
  },
  async anthropic(streamed) {
    const { default: Anthropic } = await load("@anthropic-ai/sdk");
    const client = new Anthropic({ baseURL: BASE_ANTHROPIC, apiKey: KEY, maxRetries: 0 });
    const asked = { model: "m", max_tokens: 100, messages: hello };
    if (!streamed) return (await client.messages.create(asked)).content[0].text;
    return client.messages.stream(asked).finalText();
  },
  async ai_responses(streamed) {
    const { createOpenAI } = await load("@ai-sdk/openai");
    return ask(createOpenAI({ baseURL: BASE_OPENAI, apiKey: KEY })("gpt-demo"), streamed);
  },
  async ai_chat(streamed) {
    const { createOpenAI } = await load("@ai-sdk/openai");
    return ask(createOpenAI({ baseURL: BASE_OPENAI, apiKey: KEY }).chat("gpt-demo"), streamed);
  },
  async ai_anthropic(streamed) {
    const { createAnthropic } = await load("@ai-sdk/anthropic");
    return ask(createAnthropic({ baseURL: BASE_ANTHROPIC, apiKey: KEY })("claude-demo"), streamed);
  },
};

console.log(await clients[process.argv[2]](process.argv[3] === "streamed"));
