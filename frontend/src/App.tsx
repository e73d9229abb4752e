import { ReactFlowProvider } from '@xyflow/react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useAim } from './aim';
import { FlowCanvas } from './canvas/FlowCanvas';
import { ChartsPanel, EdgeLive, NodeLive } from './charts';
import { followDocument } from './check';
import { Commands } from './commands/Commands';
import { usePeople } from './company';
import { APP_NAME } from './core/document';
import { EventLog } from './events';
import { AimBanner, FaultMenu } from './faults';
import { watchDrops } from './incoming';
import { EstimatePanel } from './inspector/EstimatePanel';
import { Inspector } from './inspector/Inspector';
import { KeysDialog } from './keys/KeysDialog';
import { useKeys } from './keys/useKeys';
import { LessonBack } from './lesson/LessonBack';
import { LessonCard } from './lesson/LessonCard';
import { DotsLayer, GaugesLayer } from './live';
import { ContextMenu } from './menu/ContextMenu';
import { followMoments } from './moment';
import { followFlags } from './opening';
import { Outline } from './outline/Outline';
import { Palette } from './palette/Palette';
import { Picker } from './palette/Picker';
import { PeopleButton } from './people/PeopleButton';
import { followPhases } from './phases';
import { watchProbe } from './probe';
import { ProblemsPanel } from './problems/ProblemsPanel';
import { useProblemKeys } from './problems/useProblemKeys';
import { ConnectionBanner, Differences, RunBar, Summary } from './run';
import { useRun } from './runStore';
import { errorText, start } from './session';
import { ShareDialog } from './share/ShareDialog';
import { Drawer } from './shell/Drawer';
import { MobileBar } from './shell/MobileBar';
import { Opening } from './shell/Opening';
import { Toast } from './shell/Toast';
import { TopBar } from './shell/TopBar';
import { Starter } from './starter/Starter';
import { useEditor } from './store';
import { Timeline } from './timeline';
import { MeaningTip } from './ui/MeaningTip';
import { useTexts } from './useTexts';
import { LostBanner } from './versions/LostBanner';
import { useView } from './view';
import { chartsOnFirstRun } from './wideRun';

const CompareDialog = lazy(() => import('./compare/CompareDialog'));
/** Opened on demand, and so is what films: neither is part of the first load. */
const ExchangeDialog = lazy(() => import('./exchange/ExchangeDialog'));
const filming = () => import('./live/record');

/** Opened on demand, so that the page is there sooner. */
const RequestsPanel = lazy(() => import('./requests/RequestsPanel'));
const FaultPanel = lazy(() => import('./faults/FaultPanel'));

/** Loads what the page needs, then shows the playground. */
export function App() {
  const [state, setState] = useState<'loading' | 'ready' | { error: string }>('loading');
  useEffect(() => {
    start().then(
      () => setState('ready'),
      (error: unknown) => setState({ error: errorText(error) }),
    );
  }, []);
  if (state === 'ready') return <Playground />;
  return <Opening error={state === 'loading' ? null : state.error} />;
}

// Loaded when somebody asks for them, or when somebody else is here.
const PeopleLayer = lazy(() => import('./people/PeopleLayer').then((m) => ({ default: m.PeopleLayer })));
const PeopleDialog = lazy(() => import('./people/PeopleDialog').then((m) => ({ default: m.PeopleDialog })));
const VersionsDialog = lazy(() =>
  import('./versions/VersionsDialog').then((m) => ({ default: m.VersionsDialog })),
);
const LostDialog = lazy(() => import('./versions/LostDialog').then((m) => ({ default: m.LostDialog })));

const PANELS = {
  charts: <ChartsPanel />,
  events: <EventLog />,
  requests: (
    <Suspense>
      <RequestsPanel />
    </Suspense>
  ),
  faults: (
    <Suspense>
      <FaultPanel />
    </Suspense>
  ),
  problems: <ProblemsPanel />,
  outline: <Outline />,
  estimate: <EstimatePanel />,
};

function Playground() {
  const { t } = useTexts();
  const sheet = useView((state) => state.sheet);
  const dialog = useView((state) => state.dialog);
  const presenting = useView((state) => state.presenting);
  const readOnly = useEditor((state) => state.permission === 'view');
  const name = useEditor((state) => state.document.name);
  const company = usePeople((state) => state.people.length > 1);
  const live = useRun((state) => state.run !== null && state.run.status !== 'stopped');
  const fault = useAim((state) => (state.at ? null : (state.aim?.fault ?? null)));
  const aim = useEditor((state) => (fault ? state.catalog?.faults[fault]?.target : undefined));
  useKeys();
  useProblemKeys();
  useEffect(followDocument, []);
  useEffect(watchProbe, []);
  useEffect(followPhases, []);
  useEffect(followMoments, []);
  useEffect(chartsOnFirstRun, []);
  useEffect(() => followFlags(), []);
  useEffect(watchDrops, []);
  useEffect(() => {
    document.title = name ? `${name} · ${APP_NAME}` : APP_NAME;
  }, [name]);
  return (
    <ReactFlowProvider>
      <div
        className="app"
        data-sheet={sheet ?? undefined}
        data-running={live}
        data-aim={aim}
        data-readonly={readOnly || undefined}
        data-presenting={presenting || undefined}
      >
        <TopBar run={<RunBar />} people={<PeopleButton />} />
        {!readOnly && (
          <aside className="side left" data-region aria-label={t('region.palette')}>
            <Palette />
          </aside>
        )}
        <main className="stage" data-region aria-label={t('region.canvas')}>
          <ConnectionBanner />
          <LostBanner />
          <div className="stage-canvas">
            <FlowCanvas under={<DotsLayer />} over={<Overlay company={company} />} />
            <Starter />
            <Differences />
            <AimBanner />
          </div>
          <Summary />
          <Timeline />
          <ContextMenu />
        </main>
        <aside className="side right" data-region aria-label={t('region.inspector')}>
          <Inspector
            faults={(target) => <FaultMenu target={target} />}
            nodeLive={(nodeId) => <NodeLive nodeId={nodeId} />}
            edgeLive={(edgeId) => <EdgeLive edgeId={edgeId} />}
            lesson={<LessonCard />}
            lessonBack={<LessonBack />}
          />
        </aside>
        <Drawer panels={PANELS} />
        <MobileBar />
        <Picker />
        {dialog === 'share' && <ShareDialog />}
        {dialog === 'keys' && <KeysDialog />}
        {dialog === 'commands' && <Commands />}
        <Suspense>
          {dialog === 'compare' && <CompareDialog />}
          {dialog === 'people' && <PeopleDialog />}
          {dialog === 'versions' && <VersionsDialog />}
          {dialog === 'lost' && <LostDialog />}
          {(dialog === 'export' || dialog === 'import') && <ExchangeDialog filming={filming} />}
        </Suspense>
        <Toast />
        <MeaningTip />
      </div>
    </ReactFlowProvider>
  );
}

/** What is painted over the nodes: gauges, and the others who are here. */
function Overlay({ company }: { company: boolean }) {
  return (
    <>
      <GaugesLayer />
      {company && (
        <Suspense>
          <PeopleLayer />
        </Suspense>
      )}
    </>
  );
}
