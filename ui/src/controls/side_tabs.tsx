// Tabs beside what they show, for a panel that has several pages.
import type { ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";

export interface SideTab {
  id: string;
  title: string;
  /** Class of its page. */
  className: string;
  page: ReactNode;
}

export function SideTabs(props: {
  label: string;
  tabs: readonly SideTab[];
  chosen: string;
  onChoose: (id: string) => void;
}) {
  const { label, tabs, chosen, onChoose } = props;
  return (
    <Tabs
      className="side-tabbed"
      orientation="vertical"
      selectedKey={chosen}
      onSelectionChange={(key) => onChoose(String(key))}
    >
      <TabList className="side-tabs" aria-label={label}>
        {tabs.map(({ id, title }) => (
          <Tab key={id} id={id} className="side-tab">
            {title}
          </Tab>
        ))}
      </TabList>
      {tabs.map(({ id, className, page }) => (
        <TabPanel key={id} id={id} className={className}>
          {page}
        </TabPanel>
      ))}
    </Tabs>
  );
}
