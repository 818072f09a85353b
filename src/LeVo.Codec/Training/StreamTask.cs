using LeVo.Core.Tokens;

namespace LeVo.Codec.Training;

/// <summary>A class label of every frame that the tokens are trained to contain.</summary>
/// <param name="Name">Name in the metrics.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Weight">Weight of its cross-entropy in the loss.</param>
internal sealed record FrameLabel(string Name, int Classes, double Weight = 1);

/// <summary>The labels of one stream, and the hidden state of MusicFM that it quantizes.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Tap">Index of MusicFM's hidden state.</param>
/// <param name="Labels">The labels that its tokens are trained to contain.</param>
internal sealed record StreamTask(SongPart Stream, int Tap, IReadOnlyList<FrameLabel> Labels);
