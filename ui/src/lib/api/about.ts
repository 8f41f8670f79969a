/**
 * What the API reports about itself: its version, and which stand-ins replace the database and the assistant.
 */
import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "./client";

export function useAbout() {
  return useQuery({
    queryKey: ["about"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/about", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
