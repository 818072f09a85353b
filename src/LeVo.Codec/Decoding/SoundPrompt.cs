namespace LeVo.Codec.Decoding;

/// <summary>Sound that the decoder continues.</summary>
/// <param name="Audio">All streams together at the codec's rate, <c>[2][samples]</c>, not limited.</param>
/// <param name="Codes">The prompt's codes, one array a stream.</param>
internal sealed record SoundPrompt(float[][] Audio, IReadOnlyList<int[]> Codes);
