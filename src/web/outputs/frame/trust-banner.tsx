import { useState } from "react";
import bannerStyles from "../../notebook/banners.module.css";
import { Button } from "../../parts/button.tsx";
import { useModel, useSession } from "../../session/hooks.ts";
import { trustOf } from "./trust-store.ts";

/** Says once for the notebook that outputs with scripts are not shown, why, and who may change that. */
export function TrustBanner() {
  const trust = trustOf(useModel());
  const { execute } = useSession((state) => state.rights);
  const [isAway, setAway] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  if (isAway) return null;
  const show = async (): Promise<void> => {
    const answer = await trust.decide(true);
    if (!answer.ok) setFailure(answer.message);
  };
  return (
    <section className={bannerStyles.banner} aria-label="Trust" role="status">
      <p>
        <b>Outputs with scripts are not shown.</b> They came with the file, and nobody here ran what made
        them. Show them if you know where the file is from: they run apart from this page, and reach no other
        address.
        {!execute && " Who may run this notebook can show them."}
        {failure !== null && ` ${failure}`}
      </p>
      <div className={bannerStyles.choices}>
        {execute && <Button onClick={() => void show()}>Show them</Button>}
        <Button look="quiet" onClick={() => setAway(true)}>
          Not now
        </Button>
      </div>
    </section>
  );
}
