import Foundation
import GenDigest
import GenMedia
import GenPages

/// A mesh for a page: a canvas in which it turns under a mouse, a finger or the arrow keys.
///
/// The fragment stands on its own: numbers, texture and program are in it, and it asks nobody for
/// anything. Any page may hold several. The program draws into a plain canvas, without a graphics
/// card, as ``Mesh/turntable(frameCount:size:rate:background:isZUp:)`` does.
public enum MeshViewer {
  /// Triangles up to which a browser turns a mesh smoothly enough.
  public static let triangleLimit = 100_000

  /// A piece of HTML, or nil for a mesh of more triangles than ``triangleLimit``.
  ///
  /// - Parameter label: what the mesh is, for those who do not see it.
  public static func fragment(_ mesh: Mesh, label: String, texturePNG: [UInt8]?) -> String? {
    guard mesh.triangleCount <= triangleLimit else { return nil }
    let numbers = Data(packed(mesh, isTextured: texturePNG != nil)).base64EncodedString()
    let texture = texturePNG.map { " data-texture=\"\(HTML.dataURL($0, "image/png"))\"" } ?? ""
    return "<canvas class=\"gen-mesh\" width=\"640\" height=\"640\" tabindex=\"0\" role=\"img\" "
      + "style=\"width:24rem;max-width:100%;touch-action:pan-y;cursor:grab\" "
      + "aria-label=\"\(HTML.escaped(label)); drag it or use the arrow keys to turn it\" "
      + "data-mesh=\"\(numbers)\"\(texture)></canvas><script>\(script)</script>"
  }

  /// What a page's policy has to allow for the program to run: its sum.
  public static let policySource: String = {
    let hasher = Hasher256()
    hasher.update(Array(script.utf8))
    return "'sha256-\(Data(hasher.finalize().bytes).base64EncodedString())'"
  }()

  /// Counts and flags in whole numbers of 4 bytes, then places (in a ball of radius 1 around 0),
  /// normals, colours in bytes, places in the texture, triangles.
  private static func packed(_ mesh: Mesh, isTextured: Bool) -> [UInt8] {
    let (low, high) = mesh.bounds
    let center = low / 2 + high / 2
    let reach = mesh.positions.reduce(Float(0)) { most, place in
      let arm = place - center
      return max(most, (arm * arm).sum().squareRoot())
    }
    let scale = reach > 0 ? 1 / reach : 1
    var bytes: [UInt8] = []
    func append(_ numbers: [some BitwiseCopyable]) {
      numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    let flags =
      (mesh.normals.isEmpty ? 0 : 1) + (mesh.colors.isEmpty ? 0 : 2) + (isTextured ? 4 : 0)
    append([mesh.vertexCount, mesh.triangleCount, flags].map { UInt32($0) })
    append(mesh.positions.flatMap { place in (0..<3).map { (place[$0] - center[$0]) * scale } })
    append(mesh.normals.flatMap { [$0.x, $0.y, $0.z] })
    append(
      mesh.colors.flatMap { color in
        (0..<4).map { UInt8(max(0, min(1, color[$0])).squareRoot() * 255 + 0.5) }
      })
    if isTextured { append(mesh.coordinates.flatMap { [$0.x, $0.y] }) }
    append(mesh.triangles.flatMap { [$0.x, $0.y, $0.z] })
    return bytes
  }

  private static let script = """
    (() => {
      "use strict";
      const light = [-0.4242, 0.7071, 0.5657];
      const shades = Uint8Array.from({length: 4096}, (_, step) => {
        const value = step / 4095;
        return 255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055) + 0.5;
      });
      const shade = value => shades[Math.max(0, Math.min(4095, value * 4095 | 0))];

      function unpack(text) {
        const raw = atob(text);
        const bytes = Uint8Array.from(raw, letter => letter.charCodeAt(0));
        const [count, faces, flags] = new Uint32Array(bytes.buffer, 0, 3);
        let at = 12;
        const take = (Kind, length) => {
          const part = new Kind(bytes.buffer, at, length);
          at += part.byteLength;
          return part;
        };
        return {
          count, faces,
          places: take(Float32Array, count * 3),
          normals: flags & 1 ? take(Float32Array, count * 3) : null,
          colors: flags & 2 ? take(Uint8Array, count * 4) : null,
          spots: flags & 4 ? take(Float32Array, count * 2) : null,
          corners: take(Uint32Array, faces * 3),
        };
      }

      function texel(texture, u, v, color) {
        const x = (u - Math.floor(u)) * texture.width | 0, y = (v - Math.floor(v)) * texture.height | 0;
        const at = (y * texture.width + x) * 4;
        for (let channel = 0; channel < 3; channel++)
          color[channel] *= (texture.data[at + channel] / 255) ** 2.2;
      }

      function draw(canvas, mesh, texture, turn, tilt) {
        const side = canvas.width, context = canvas.getContext("2d");
        const picture = context.createImageData(side, side), pixels = picture.data;
        const near = new Float32Array(side * side);
        const [s, c, down, level] = [Math.sin(turn), Math.cos(turn), Math.sin(tilt), Math.cos(tilt)];
        const rows = [c, 0, s, s * down, level, -c * down, -s * level, down, c * level];
        const rotate = (from, to) => {
          for (let at = 0; at < from.length; at += 3)
            for (let row = 0; row < 3; row++)
              to[at + row] = rows[row * 3] * from[at] + rows[row * 3 + 1] * from[at + 1]
                + rows[row * 3 + 2] * from[at + 2];
          return to;
        };
        const seen = rotate(mesh.places, new Float32Array(mesh.places.length));
        const normals = mesh.normals && rotate(mesh.normals, new Float32Array(mesh.normals.length));
        const distance = 1 / Math.sin(0.3), scale = side / 2 / Math.tan(0.3);
        const color = [0, 0, 0], normal = [0, 0, 0];
        for (let face = 0; face < mesh.faces; face++) {
          const [a, b, d] = [0, 1, 2].map(corner => mesh.corners[face * 3 + corner]);
          const [i, j, k] = [a, b, d].map(vertex => 1 / (distance - seen[vertex * 3 + 2]));
          const [ax, bx, dx] = [[a, i], [b, j], [d, k]]
            .map(([vertex, inverse]) => side / 2 + seen[vertex * 3] * scale * inverse);
          const [ay, by, dy] = [[a, i], [b, j], [d, k]]
            .map(([vertex, inverse]) => side / 2 - seen[vertex * 3 + 1] * scale * inverse);
          const area = (bx - ax) * (dy - ay) - (dx - ax) * (by - ay);
          if (!area) continue;
          const edge = (from, to) => [0, 1, 2].map(axis => seen[to * 3 + axis] - seen[from * 3 + axis]);
          const [p, q] = [edge(a, b), edge(a, d)];
          const flat = [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
          const left = Math.max(0, Math.floor(Math.min(ax, bx, dx)));
          const right = Math.min(side, Math.ceil(Math.max(ax, bx, dx)));
          const top = Math.max(0, Math.floor(Math.min(ay, by, dy)));
          const bottom = Math.min(side, Math.ceil(Math.max(ay, by, dy)));
          for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) {
            const [px, py] = [x + 0.5, y + 0.5];
            let u = ((bx - px) * (dy - py) - (dx - px) * (by - py)) / area;
            let v = ((dx - px) * (ay - py) - (ax - px) * (dy - py)) / area;
            let w = 1 - u - v;
            if (u < 0 || v < 0 || w < 0) continue;
            u *= i; v *= j; w *= k;
            const inverse = u + v + w, at = y * side + x;
            if (inverse <= near[at]) continue;
            near[at] = inverse;
            u /= inverse; v /= inverse; w /= inverse;
            for (let axis = 0; axis < 3; axis++) {
              normal[axis] = normals
                ? normals[a * 3 + axis] * u + normals[b * 3 + axis] * v + normals[d * 3 + axis] * w
                : flat[axis];
              const tint = mesh.colors
                ? (mesh.colors[a * 4 + axis] * u + mesh.colors[b * 4 + axis] * v
                  + mesh.colors[d * 4 + axis] * w) / 255 : 0;
              color[axis] = mesh.colors ? tint * tint : texture ? 1 : [0.62, 0.6, 0.57][axis];
            }
            if (texture && mesh.spots)
              texel(texture, mesh.spots[a * 2] * u + mesh.spots[b * 2] * v + mesh.spots[d * 2] * w,
                mesh.spots[a * 2 + 1] * u + mesh.spots[b * 2 + 1] * v + mesh.spots[d * 2 + 1] * w, color);
            const length = (Math.hypot(...normal) || 1) * (normal[2] < 0 ? -1 : 1);
            const direct = Math.max(0, (normal[0] * light[0] + normal[1] * light[1]
              + normal[2] * light[2]) / length);
            const amount = 0.18 + 0.08 * normal[1] / length + 0.8 * direct;
            for (let axis = 0; axis < 3; axis++) pixels[at * 4 + axis] = shade(color[axis] * amount);
            pixels[at * 4 + 3] = 255;
          }
        }
        context.putImageData(picture, 0, 0);
      }

      async function load(address) {
        const image = new Image();
        image.src = address;
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.width, image.height];
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height);
      }

      async function start(canvas) {
        canvas.dataset.state = "loading";
        const mesh = unpack(canvas.dataset.mesh);
        const texture = canvas.dataset.texture ? await load(canvas.dataset.texture) : null;
        let turn = 0.5, tilt = 0.35, isWaiting = false, isHeld = false;
        const fine = canvas.width;
        const paint = () => {
          isWaiting = false;
          const side = isHeld && mesh.faces > 2000 ? fine / 2 : fine;
          if (canvas.width !== side) canvas.width = canvas.height = side;
          draw(canvas, mesh, texture, turn, tilt);
        };
        const move = (right, down) => {
          turn += right;
          tilt = Math.max(-1.5, Math.min(1.5, tilt + down));
          if (!isWaiting) requestAnimationFrame(paint);
          isWaiting = true;
        };
        const hold = value => () => {
          isHeld = value;
          canvas.style.cursor = value ? "grabbing" : "grab";
          if (!value) move(0, 0);
        };
        canvas.addEventListener("pointerdown", event => {
          if (event.isTrusted) canvas.setPointerCapture(event.pointerId);
          hold(true)();
        });
        canvas.addEventListener("pointermove", event => {
          if (isHeld) move(event.movementX * 0.01, event.movementY * 0.01);
        });
        for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, hold(false));
        canvas.addEventListener("keydown", event => {
          const way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
          if (!way) return;
          event.preventDefault();
          move(way[0] * 0.15, way[1] * 0.15);
        });
        paint();
        canvas.dataset.state = "ready";
      }

      document.querySelectorAll("canvas.gen-mesh:not([data-state])").forEach(start);
    })();
    """
}
