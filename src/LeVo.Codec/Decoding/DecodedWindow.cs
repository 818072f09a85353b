using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LeVo.Core.Checkpoints;

namespace LeVo.Codec.Decoding;

/// <summary>What the decoding of a window leaves: finished sound, and what the next window continues.</summary>
/// <param name="Sound">Finished samples <c>[channels][samples]</c>.</param>
/// <param name="Held">Samples that the next window fades into, <c>[channels][overlap]</c>; empty arrays after the last window.</param>
/// <param name="Context">Latents that the next window continues, <c>[Z, overlap]</c>; empty after the last window.</param>
/// <param name="Statistics">The latents' statistics: count, sums, sums of squares.</param>
internal sealed record DecodedWindow(float[][] Sound, float[][] Held, float[] Context, float[] Statistics)
{
    private const string Checksum = "sha256";

    /// <summary>Writes a safetensors file atomically.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        TensorToWrite[] tensors =
        [
            Tensor(nameof(Sound), [.. Sound.SelectMany(channel => channel)], Sound.Length, Sound[0].Length),
            Tensor(nameof(Held), [.. Held.SelectMany(channel => channel)], Held.Length, Held[0].Length),
            Tensor(nameof(Context), Context, Context.Length),
            Tensor(nameof(Statistics), Statistics, Statistics.Length),
        ];
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { [Checksum] = Hash() });
    }

    /// <summary>Reads a file. Nothing larger than <paramref name="sizes"/> is read.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static DecodedWindow Load(string path, DecodedWindowSizes sizes)
    {
        using Checkpoint file = Checkpoint.Open(path);
        var window = new DecodedWindow(
            Channels(nameof(Sound), samples => samples <= sizes.MostSamples),
            Channels(nameof(Held), samples => samples == sizes.Held),
            Values(nameof(Context), shape => shape is [var count] && count == sizes.Context),
            Values(nameof(Statistics), shape => shape is [var count] && count == sizes.Statistics));
        return file.Metadata.TryGetValue(Checksum, out string? expected) && expected == window.Hash()
            ? window
            : throw new InvalidDataException($"'{path}' is damaged: its checksum does not match.");

        float[][] Channels(string name, Func<long, bool> fits)
        {
            float[] values = Values(name, shape => shape is [var channels, var samples] && channels == sizes.Channels && fits(samples));
            int samples = values.Length / sizes.Channels;
            return [.. Enumerable.Range(0, sizes.Channels).Select(c => values[(c * samples)..((c + 1) * samples)])];
        }

        float[] Values(string name, Func<long[], bool> fits) =>
            file.Tensors.TryGetValue(name, out StoredTensor? stored) && stored.Type == ElementType.Float32 && fits([.. stored.Shape])
                ? file.Values<float>(name)
                : throw new InvalidDataException($"'{path}' holds no window of this song: '{name}' is missing or misshapen.");
    }

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (float[] values in (float[][])[.. Sound, .. Held, Context, Statistics])
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static TensorToWrite Tensor(string name, float[] values, params long[] shape) =>
        new(name, ElementType.Float32, shape, stream => stream.Write(MemoryMarshal.AsBytes(values.AsSpan())));
}

/// <summary>How much a window leaves.</summary>
/// <param name="Channels">Channels of the sound.</param>
/// <param name="MostSamples">Most finished samples of a channel.</param>
/// <param name="Held">Samples that a channel holds back.</param>
/// <param name="Context">Values of the context.</param>
/// <param name="Statistics">Values of the statistics.</param>
internal sealed record DecodedWindowSizes(int Channels, long MostSamples, int Held, int Context, int Statistics);
