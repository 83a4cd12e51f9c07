import type { CaseView, ExhibitView, Role, Step } from '../backend';

/** The step one goes back to, if one can. */
export function stepBefore(view: CaseView): Step | null {
  const here = view.steps.findIndex((entry) => entry.step === view.step);
  return view.steps.slice(0, Math.max(0, here)).findLast((entry) => entry.reachable)?.step ?? null;
}

export function exhibitOf(view: CaseView, role: Role): ExhibitView | undefined {
  return view.exhibits.find((exhibit) => exhibit.role === role);
}
