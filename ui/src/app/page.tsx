import { Home } from "@/features/tasks/components/home";

export default function HomePage() {
  return <Home />;
}
