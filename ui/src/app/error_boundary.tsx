// A fault in a panel takes that panel away and nothing else; the design is safe in the core.
import { Component, type ReactNode } from "react";
import { Button } from "../controls/button";
import { Icon } from "../controls/icon";

interface Props {
  what: string;
  /** Class of what stands in its place. */
  look?: string;
  /** Takes the fault; then nothing stands in its place. */
  onFault?: (words: string) => void;
  children: ReactNode;
}

export class ErrorBoundary extends Component<Props, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override componentDidCatch(fault: Error) {
    console.error(`${this.props.what} failed`, fault);
    this.props.onFault?.(`${this.props.what} failed: ${fault.message}`);
  }

  override render() {
    const { fault } = this.state;
    if (!fault) return this.props.children;
    if (this.props.onFault) return null;
    return (
      <div className={this.props.look ?? "empty"} role="alert">
        <Icon name="error" size={20} />
        <p>
          {this.props.what} failed: {fault.message}
        </p>
        <p className="muted">Your design is safe.</p>
        <Button small onPress={() => this.setState({ fault: null })}>
          Try again
        </Button>
      </div>
    );
  }
}
