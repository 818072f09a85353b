namespace LeVo.Core.Adapters;

/// <summary>Both matrices of a weight's adapter, and its factor: scale B A is added to the weight.</summary>
/// <param name="Rank">Rows of A.</param>
/// <param name="A"><c>[rank, in]</c>, row-major.</param>
/// <param name="B"><c>[out, rank]</c>, row-major.</param>
/// <param name="Scale">The factor.</param>
internal sealed record LowRankPair(int Rank, float[] A, float[] B, double Scale);
