// Choices of a picture in the Export dialog.
import { CheckBox, SelectBox } from "../../controls/fields";
import type { ThemeName } from "../../editor/editor";
import { useReadable, useSetting, useWorkbench } from "../context";
import { type PictureChoice, PLAIN } from "./picture";

const SCALES = [50, 100, 200, 300, 400];

/** What was chosen last, in the theme of the window until another one is. */
export function usePictureChoice(): [PictureChoice, (change: Partial<PictureChoice>) => void] {
  const { theme } = useWorkbench();
  const [kept, keep] = useSetting<Partial<PictureChoice>>("export.picture", {});
  const choice = { ...PLAIN, theme: useReadable(theme), ...kept };
  return [choice, (change) => keep({ ...kept, ...change })];
}

export function PictureChoices({
  format,
  choice,
  onChange,
}: {
  format: string;
  choice: PictureChoice;
  onChange: (change: Partial<PictureChoice>) => void;
}) {
  const { editor } = useWorkbench();
  const { resources } = useReadable(editor.selection);
  return (
    <>
      <div className="export-choices">
        <SelectBox
          label="What"
          value={choice.what}
          choices={[
            { id: "all", title: "Whole drawing" },
            { id: "selection", title: "Selection", hint: `${resources.length} selected` },
            { id: "view", title: "What is in view" },
          ]}
          onDone={(what) => onChange({ what: what as PictureChoice["what"] })}
        />
        <SelectBox
          label="Theme"
          value={choice.theme}
          choices={[
            { id: "light", title: "Light" },
            { id: "dark", title: "Dark" },
          ]}
          onDone={(theme) => onChange({ theme: theme as ThemeName })}
        />
        {format === "png" && (
          <SelectBox
            label="Resolution"
            value={String(choice.scale)}
            choices={SCALES.map((scale) => ({ id: String(scale), title: `${scale} %` }))}
            onDone={(scale) => onChange({ scale: Number(scale) })}
          />
        )}
      </div>
      <div className="export-checks">
        <CheckBox label="Legend" value={choice.legend} onDone={(legend) => onChange({ legend })} />
        <CheckBox
          label="Title block"
          value={choice.titleBlock}
          onDone={(titleBlock) => onChange({ titleBlock })}
        />
        <CheckBox label="Findings" value={choice.badges} onDone={(badges) => onChange({ badges })} />
        <CheckBox
          label={format === "pdf" ? "Design attached" : "Design inside, to open the picture again"}
          value={choice.design}
          onDone={(design) => onChange({ design })}
        />
      </div>
    </>
  );
}
