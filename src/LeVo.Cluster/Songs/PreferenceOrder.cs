using System.Text.Json.Serialization;
using LeVo.Alignment.Preferences;
using LeVo.Core.Generation;

namespace LeVo.Cluster.Songs;

/// <summary>Lyrics to sample songs for, of which the better and the worse become pairs.</summary>
public sealed record PreferenceOrder
{
    /// <summary>The lyrics.</summary>
    public required string Lyrics { get; init; }

    /// <summary>The style, or null.</summary>
    public string? Description { get; init; }

    /// <summary>Number of songs to sample.</summary>
    public required int Samples { get; init; }

    /// <summary>The seed of the samples.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The maximum playing time in seconds; null for the model's.</summary>
    public double? Seconds { get; init; }

    /// <summary>The sampling options; null for the model's.</summary>
    public GenerationOptions? Options { get; init; }

    /// <summary>The selection of pairs.</summary>
    public PairSelection Selection { get; init; } = new();

    /// <summary>The strategy that scores the songs: one of <see cref="PreferenceStrategies"/> or an application's own.</summary>
    public required string Strategy { get; init; }

    /// <summary>The name of the scorer (<see cref="IPreferenceScorer.Name"/>); it must be the workers'.</summary>
    public required string Scorer { get; init; }

    /// <summary>The hash of the model; <see cref="PreferenceWork.CreateItems"/> sets it.</summary>
    [JsonInclude]
    internal string Model { get; init; } = "";
}

/// <summary>The score of a sampled song.</summary>
internal sealed record SampleScore(ulong Seed, int Frames, double Score);
