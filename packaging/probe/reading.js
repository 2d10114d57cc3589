// What an attacker would try in a process that has given back its permissions: prints "read" or
// "refused". Plain JavaScript, since it is compiled without the bundler.
for (const name of ["read", "write", "run", "env", "ffi", "sys", "import", "net"]) {
  Deno.permissions.revokeSync({ name });
}
let said = "refused";
try {
  const file = await import(`file://${Deno.args[0]}`, { with: { type: "text" } });
  if (file.default === "secret") said = "read";
} catch {
  // It was refused.
}
Deno.stdout.writeSync(new TextEncoder().encode(`${said}\n`));
