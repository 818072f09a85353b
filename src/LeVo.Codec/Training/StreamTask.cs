using LeVo.Core.Tokens;

namespace LeVo.Codec.Training;

/// <summary>Something that is known of every frame and that the tokens should tell.</summary>
/// <param name="Name">Name in the metrics.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Weight">Weight of its cross-entropy in the loss.</param>
public sealed record FrameLabel(string Name, int Classes, double Weight = 1);

/// <summary>What the encoder learns to tell of one stream, and where MusicFM is tapped for it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Tap">Index of MusicFM's hidden state.</param>
/// <param name="Labels">What its tokens should tell.</param>
public sealed record StreamTask(SongPart Stream, int Tap, IReadOnlyList<FrameLabel> Labels);
