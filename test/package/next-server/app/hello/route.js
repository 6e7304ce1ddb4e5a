export async function POST(request) {
  return Response.json({ heard: await request.text() });
}
