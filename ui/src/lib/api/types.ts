/**
 * The API's shapes under short names. They are taken from the paths of the generated schema, so that
 * a change of the contract is a type error here.
 */
import type { paths } from "./schema";

type Json<Response> = Response extends { content: { "application/json": infer Body } } ? Body : never;
type Body<Operation> = Operation extends { requestBody: { content: { "application/json": infer Value } } }
  ? Value
  : never;

type TasksPath = paths["/api/v1/tasks"];

export type Session = Json<paths["/api/v1/auth/login"]["post"]["responses"][200]>;
export type User = Session["user"];
export type Credentials = Body<paths["/api/v1/auth/login"]["post"]>;
export type Registration = Body<paths["/api/v1/auth/register"]["post"]>;

export type TaskPage = Json<TasksPath["get"]["responses"][200]>;
export type Task = TaskPage["items"][number];
export type Priority = Task["priority"];
export type TaskQuery = NonNullable<TasksPath["get"]["parameters"]["query"]>;
export type NewTask = Body<TasksPath["post"]>;
export type TaskPatch = Body<paths["/api/v1/tasks/{task_id}"]["patch"]>;
export type BulkRequest = Body<paths["/api/v1/tasks/bulk"]["post"]>;
export type BulkResults = Json<paths["/api/v1/tasks/bulk"]["post"]["responses"][200]>;
export type Undone = Json<paths["/api/v1/changes/{change_id}/undo"]["post"]["responses"][200]>;

type ChatPath = paths["/api/v1/chat"]["post"];

export type ChatRequest = Body<ChatPath>;
/** The data of each event of the stream, by the event's name. */
export type ChatEvents = ChatPath["responses"][200]["content"]["text/event-stream"];
export type ToolEvent = ChatEvents["tool_finished"];
export type Confirmation = ChatEvents["needs_confirmation"];
export type ChatMessage = Json<paths["/api/v1/chat/messages"]["get"]["responses"][200]>["items"][number];
