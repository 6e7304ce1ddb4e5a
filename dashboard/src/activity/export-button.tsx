/** Downloads the activity that is shown. By a link, which streams; through this page where a link could show no proof. */
import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type ActivityFilter, exportAddress, exportedActivity } from "../api/audit.ts";
import { pageProof } from "../proof/page-proof.ts";
import type { SessionProof } from "../proof/session-proof.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { troubleFrom } from "../words/trouble.ts";

const fileName = "culvert-activity.jsonl";
const look = { size: "xs", variant: "default", leftSection: <IconDownload size={14} /> } as const;

/** The button for a filter. */
export function ExportButton({ filter }: { readonly filter: ActivityFilter }) {
  if (pageProof !== undefined) return <ProvenExportButton filter={filter} proof={pageProof} />;
  return (
    <Button component="a" href={exportAddress(filter)} download {...look}>
      Export
    </Button>
  );
}

function ProvenExportButton({ filter, proof }: { readonly filter: ActivityFilter; readonly proof: SessionProof }) {
  const exporting = useMutation({ mutationFn: () => exportedActivity(filter, proof), onSuccess: save });
  return (
    <>
      <Button onClick={() => exporting.mutate()} loading={exporting.isPending} {...look}>
        Export
      </Button>
      {exporting.error !== null && <TroubleNote trouble={troubleFrom(exporting.error)} />}
    </>
  );
}

function save(address: string): void {
  const link = Object.assign(document.createElement("a"), { href: address, download: fileName });
  link.click();
  // The download has its own hold on what the address names.
  setTimeout(() => URL.revokeObjectURL(address));
}
