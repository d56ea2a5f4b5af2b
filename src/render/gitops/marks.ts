/** What a file holds, as text, that has GitOps objects or a chart with local dependencies: one search finds them all. */
export const marks = ['argoproj.io/', 'toolkit.fluxcd.io/', 'file://'];
export const markedEndings = ['.yaml', '.yml'];
/** Folders that are not searched: a chart's templates hold no objects yet. */
export const unmarked = 'templates';
