// The coverage matrix: what each kind becomes on each provider. A hole is a dash. From the catalog.
import { Button } from "../controls/button";
import { Dialog } from "../controls/dialog";
import type { DesignJson } from "../document/model";
import { useDesign, useReadable, useWorkbench } from "../panels/context";
import { PROVIDER_TITLES } from "../panels/inspector/provider";

const PROVIDERS = Object.keys(PROVIDER_TITLES);
const environmentsOf = (design: DesignJson) => design.environments;

export function CoverageDialog({ onClose }: { onClose: () => void }) {
  const { catalog, environment } = useWorkbench();
  const environments = useDesign(environmentsOf);
  const here = environments[useReadable(environment)]?.provider ?? "lab";
  const deployed = catalog.kinds.filter(({ counterparts }) => Object.keys(counterparts).length > 0);
  const marked = (provider: string) => (provider === here ? { className: "here" } : {});
  return (
    <Dialog
      wide
      title="Coverage"
      onClose={onClose}
      foot={
        <>
          <span className="grow muted">
            The chosen environment is on {PROVIDER_TITLES[here] ?? here}. Where nothing stands for a kind, the
            palette dims it.
          </span>
          <Button onPress={onClose}>Close</Button>
        </>
      }
    >
      <div
        className="coverage selectable focus-ring"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys
        tabIndex={0}
        role="group"
        aria-label="What each kind becomes"
      >
        <table>
          <thead>
            <tr>
              <th scope="col">Kind</th>
              {PROVIDERS.map((provider) => (
                <th key={provider} scope="col" {...marked(provider)}>
                  {heading(PROVIDER_TITLES[provider] ?? provider)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {deployed.map(({ id, title, counterparts }) => (
              <tr key={id}>
                <th scope="row">{title}</th>
                {PROVIDERS.map((provider) => (
                  <td key={provider} {...marked(provider)}>
                    {counterparts[provider] ?? "–"}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}

const heading = (title: string) => (title === PROVIDER_TITLES.lab ? "Lab" : title);
