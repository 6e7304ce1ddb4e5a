export const dynamic = "force-dynamic";

export default function Page() {
  return <h1>Next over Culvert</h1>;
}
