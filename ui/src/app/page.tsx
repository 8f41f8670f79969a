import { Home } from "@/features/workspace/home";

export default function HomePage() {
  return <Home />;
}
