using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Data;

/// <summary>Content-addressed files of songs' tokens: a song that is in many pairs is stored once.</summary>
internal sealed class TokenBlobs(string folder)
{
    /// <summary>Computes the content's id, equal for equal codes and frame rate.</summary>
    public static string ComputeId(SongTokens tokens)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(tokens.FrameRate));
        hash.AppendData(MemoryMarshal.AsBytes(tokens.Codes));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    /// <summary>Stores tokens unless they exist and returns their id.</summary>
    public string Put(SongTokens tokens)
    {
        string id = ComputeId(tokens), path = PathOf(id);
        if (!File.Exists(path))
            tokens.Save(path);
        return id;
    }

    /// <exception cref="InvalidDataException">The file is missing or invalid, or its content does not match its
    /// name.</exception>
    public SongTokens Get(string id)
    {
        if (id.Length != 32 || !id.All(char.IsAsciiHexDigitLower))
            throw new InvalidDataException($"'{id}' is not an id of tokens.");
        string path = PathOf(id);
        if (!File.Exists(path))
            throw new InvalidDataException($"the tokens '{path}' are missing.");
        SongTokens tokens = SongTokens.Load(path);
        return ComputeId(tokens) == id
            ? tokens
            : throw new InvalidDataException($"'{path}' contains other tokens than its name indicates.");
    }

    private string PathOf(string id) => Path.Combine(folder, id[..2], id + ".safetensors");
}
