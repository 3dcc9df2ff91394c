import { join } from "node:path";
import { runCommand, type TlsFiles } from "./gaugeway-server.ts";

/** Makes a self-signed certificate with the openssl program; null where there is none. */
export async function makeCertificate(folder: string): Promise<TlsFiles | null> {
  const files = { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };
  const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
  const name = "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1";
  const args = [...request.split(" "), ...name.split(" ")];
  args.push("-keyout", files.keyFile, "-out", files.certFile);
  const made = await runCommand("openssl", args).catch(() => null);
  return made?.exitCode === 0 ? files : null;
}
